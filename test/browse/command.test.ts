import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { plainFetch } from "../../tools/plain-fetch.js";
import { rojob, scratchFolder, startProgram } from "../cli/program.js";

const KEY = "key-of-the-browser-command";

test("rojob browse shows the work folder with the node's key, rojob health finds it, and it stops on request", async () => {
  const { path: cwd, remove } = scratchFolder();
  onTestFinished(remove);
  mkdirSync(join(cwd, "work/.rojob"), { recursive: true });
  writeFileSync(join(cwd, "work/.rojob/apikey"), `${KEY}\n`, { mode: 0o600 });
  writeFileSync(join(cwd, "work/found.txt"), "found");
  writeFileSync(join(cwd, "rojob.config.yaml"), "PORT: 1\n");
  const program = startProgram(["browse", "PORT=0"], { cwd });
  onTestFinished(() => void program.child.kill("SIGKILL"));
  const [, url] = /READY (\S+)/.exec(await program.says("stdout", /READY \S+\n/))!;
  expect((await plainFetch(`${url}/found.txt`)).status).toBe(401);
  const reply = await plainFetch(`${url}/found.txt`, { headers: { authorization: `Bearer ${KEY}` } });
  expect(await reply.text()).toBe("found");

  const port = new URL(url!).port;
  expect((await rojob(["health", `PORT=${port}`], { cwd })).code).toBe(0);
  program.child.kill("SIGTERM");
  expect((await program.ended).code).toBe(0);
  const away = await rojob(["health", `PORT=${port}`], { cwd });
  expect(away.code).toBe(1);
  expect(away.stderr).toMatch(new RegExp(`^rojob health: http://127.0.0.1:${port}/healthz: ECONNREFUSED`));
});

test("rojob browse says what it lacks: a folder, a key", async () => {
  const { path: cwd, remove } = scratchFolder();
  onTestFinished(remove);
  const noKey = await rojob(["browse"], { cwd });
  expect(noKey.code).toBe(1);
  expect(noKey.stderr).toContain("APIKEY: no key is given, and");
  const noFolder = await rojob(["browse", "WORK=nowhere"], { cwd, env: { APIKEY: "0123456789abcdef" } });
  expect(noFolder.stderr).toContain(`WORK: folder ${JSON.stringify(join(cwd, "nowhere"))} does not exist`);
});
