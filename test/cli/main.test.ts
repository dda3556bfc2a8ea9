import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rojob, scratchFolder } from "./program.js";

let folder: ReturnType<typeof scratchFolder>;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => folder.remove());

const run = (argv: string[], env?: NodeJS.ProcessEnv) => rojob(argv, { cwd: folder.path, env });

test("--help lists the commands", async () => {
  const { code, stdout, stderr } = await run(["--help"]);
  expect([code, stderr]).toEqual([0, ""]);
  for (const name of ["start", "exec", "config"]) expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, "m"));
});

test("--version is that of the package", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(await run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("without a command the help is shown, as an error", async () => {
  const { code, stdout, stderr } = await run([]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^Usage: rojob COMMAND/);
});

test("a misspelt command is answered with the nearest one", async () => {
  expect(await run(["strat"])).toEqual({
    code: 2,
    stdout: "",
    stderr: 'rojob: "strat" is not a command; did you mean `rojob start`?\n',
  });
  expect((await run(["constructor"])).stderr).toBe(
    'rojob: "constructor" is not a command; `rojob --help` lists the commands\n',
  );
});

test.each(["start", "exec", "config"])("rojob %s --help tells how it is used and starts nothing", async (name) => {
  const { code, stdout, stderr } = await run([name, "--help"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(new RegExp(`^Usage: rojob ${name} `));
  expect(await run(["help", name])).toEqual({ code, stdout, stderr });
});

test("rojob start --help lists every option with its default", async () => {
  const { stdout } = await run(["start", "--help"]);
  expect(stdout).toMatch(/^ {2}PORT=number +Port .*\n +\[default: 8787\]$/m);
  expect(stdout).toMatch(/^ {2}ISOLATION=context\|process/m);
});

test("rojob config shows each value and where it comes from, secrets masked", async () => {
  writeFileSync(join(folder.path, "rojob.config.yaml"), "# ours\nCNAME: blue\n");
  const env = { APIKEY: "do-not-show-this-key", LOGLEVEL: "warn" };
  const { code, stdout, stderr } = await run(["config", "PORT=9000"], env);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^PORT +9000 +argument$/m);
  expect(stdout).toMatch(/^APIKEY +\*{8} +environment$/m);
  expect(stdout).toMatch(/^LOGLEVEL +warn +environment$/m);
  expect(stdout).toMatch(/^CNAME +blue +rojob\.config\.yaml:2$/m);
  expect(stdout).toMatch(/^LOG +- +default$/m);
  expect(stdout).not.toContain("do-not-show");

  const json = JSON.parse((await run(["config", "--json"], env)).stdout) as Record<string, unknown>;
  expect(json.APIKEY).toEqual({ value: "********", origin: "environment" });
  expect(json.PORT).toEqual({ value: 8787, origin: "default" });
  expect(json.LOG).toEqual({ value: null, origin: "default" });
});

test.each(["config", "start"])("rojob %s tells all wrong options and ends with 2", async (name) => {
  const { code, stdout, stderr } = await run([name, "PROT=1", "WORKERS=0"], { ENGINE: "openaf" });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toBe(
    `rojob ${name}: PROT: unknown option (argument, value "1"); did you mean PORT?\n` +
      `rojob ${name}: WORKERS: "0" (argument) must be a whole number from 1 to 1024\n`,
  );
});
