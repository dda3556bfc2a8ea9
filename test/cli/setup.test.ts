import { execFile } from "node:child_process";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findProgram } from "../services.js";
import { rojob, runFolder, scratchFolder, startProgram } from "./program.js";

vi.setConfig({ testTimeout: 120_000 });

const shell = promisify(execFile);
let folder: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  folder = scratchFolder();
});
afterEach(() => folder.remove());

const file = (name: string) => join(folder.path, name);
const text = (name: string) => readFileSync(file(name), "utf8");
const mode = (name: string) => (statSync(file(name)).mode & 0o777).toString(8);

/** Runs `rojob setup`; gives what became of each file, by its name. */
async function setup(...argv: string[]): Promise<Record<string, string>> {
  const { code, stdout, stderr } = await rojob(["setup", ...argv], { cwd: folder.path });
  expect([code, stderr]).toEqual([0, ""]);
  const outcomes = JSON.parse(stdout) as { file: string; outcome: string }[];
  return Object.fromEntries(outcomes.map(({ file, outcome }) => [file.slice(folder.path.length + 1), outcome]));
}

const all = (outcome: string) => ({
  "work/.rojob/apikey": outcome,
  "rojob.py": outcome,
  "rojob.sh": outcome,
  "rojob@.service": outcome,
  "rojob-launch.md": outcome,
});

test("setup writes what it takes, once, and keeps what was changed unless it is forced", async () => {
  const argv = ["PORTS=8787,8788", "CNAME=blue"];
  expect(await setup("APIKEY=key-of-the-setup-test", ...argv)).toEqual(all("created"));
  expect(text("work/.rojob/apikey")).toBe("key-of-the-setup-test\n");
  expect(["work/.rojob/apikey", "rojob.py", "rojob.sh", "rojob@.service"].map(mode)).toEqual([
    "600",
    "700",
    "755",
    "644",
  ]);
  expect(text("rojob.py")).toMatch(/^URL +=\s"http:\/\/127\.0\.0\.1:8787"\nAPIKEY +=\s"key-of-the-setup-test"$/m);
  for (const name of ["rojob.sh", "rojob@.service", "rojob-launch.md"])
    expect(text(name)).not.toContain("key-of-the-setup-test");
  expect(text("rojob-launch.md")).toContain("systemctl enable --now rojob@8787 rojob@8788");

  expect(await setup(...argv)).toEqual(all("unchanged"));
  writeFileSync(file("rojob.sh"), "mine\n");
  chmodSync(file("rojob.py"), 0o644);
  expect(await setup(...argv)).toEqual({ ...all("unchanged"), "rojob.sh": "kept" });
  expect([text("rojob.sh"), mode("rojob.py")]).toEqual(["mine\n", "700"]);

  const other = await rojob(["setup", "APIKEY=another-key-of-the-test"], { cwd: folder.path });
  expect([other.code, other.stdout]).toEqual([1, ""]);
  expect(other.stderr).toContain("the key differs from APIKEY");
  expect(await setup(...argv, "APIKEY=another-key-of-the-test", "--force")).toEqual({
    ...all("unchanged"),
    "work/.rojob/apikey": "replaced",
    "rojob.py": "replaced",
    "rojob.sh": "replaced",
  });
});

test("the unit is one that systemd understands", async (context) => {
  const verify = findProgram("systemd-analyze");
  if (verify === undefined) return context.skip("systemd-analyze is not installed");
  await setup("PORTS=8787", "LOG=logs of 100% $HOME");
  expect(text("rojob@.service")).toContain(`Environment="LOG=${folder.path}/logs of 100%% $HOME"`);
  const { stdout, stderr } = await shell(verify, ["verify", "--man=no", file("rojob@.service")]).catch(
    (error) => error,
  );
  expect(`${stdout}${stderr}`).not.toMatch(/rojob@/);
});

test("wrapper and Python client work as they are written, from any folder", async () => {
  const node = startProgram(["start", "PORT=0", "WORKERS=1", `RUN=${runFolder}`], { cwd: folder.path });
  try {
    const port = /READY http:\/\/localhost:(\d+)/.exec(await node.says("stdout", /READY .*\n/))![1]!;
    expect(await setup(`PORTS=${port}`)).toMatchObject({ "work/.rojob/apikey": "unchanged", "rojob.py": "created" });
    const env = { PATH: process.env.PATH, HOME: process.env.HOME };
    writeFileSync(file("job.yaml"), "jobs: [{ name: A, exec: '__pm.x = args.a' }]\ntodo: [A]\n");
    const wrapped = await shell(file("rojob.sh"), [file("job.yaml"), "a=1"], { cwd: "/", env });
    expect(JSON.parse(wrapped.stdout)).toEqual({ a: "1", x: "1" });
    const python = await shell("python3", [file("rojob.py"), file("job.yaml"), "a=2"], { cwd: "/", env });
    expect(JSON.parse(python.stdout)).toEqual({ a: "2", x: "2" });
    await shell(file("rojob.sh"), ["stop"], { cwd: "/", env });
    expect((await node.ended).code).toBe(0);
  } finally {
    node.child.kill("SIGKILL");
    await node.ended;
  }
});
