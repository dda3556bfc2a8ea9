import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { ECHO, KEY, startHttp } from "../http/http-node.js";

const sample = fileURLToPath(new URL("../../clients/python/rojob.py.sample", import.meta.url));
const vectors = fileURLToPath(new URL("../fixtures/signature-v1-vectors.json", import.meta.url));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A folder with `rojob.py`, and a way to run python3 in it. */
function python() {
  const folder = mkdtempSync(join(tmpdir(), "rojob-py-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(sample, join(folder, "rojob.py"));
  const run = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const options = { cwd: folder, env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: "1", ...env } };
      execFile("python3", args, options, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr });
      });
    });
  return { folder, run };
}

describe("the Python client", () => {
  it("signs as the recorded vectors do", async () => {
    const { run } = python();
    const code = `
import json, rojob
for v in json.load(open(${JSON.stringify(vectors)}, encoding="utf-8")):
    assert rojob.sign_v1(v["key"], v["uri"], v["data"] + " \\t\\r\\n", v["window"]) == v["auth"], v
print("same")`;
    expect(await run(["-c", code])).toEqual({ code: 0, stdout: "same\n", stderr: "" });
  });

  it("posts the file with its arguments, prints the reply as indented JSON, and ends with 0", async () => {
    const node = await startHttp();
    const { folder, run } = python();
    const text = `# café €\n${ECHO}\n\n`;
    writeFileSync(join(folder, "echo.yaml"), text);
    const env = { ROJOB_URL: node.url, ROJOB_APIKEY: KEY };
    const ended = await run(["rojob.py", "echo.yaml", "a=1", "b=x y", "c=d=e", "é=€&+"], env);
    const reply = { a: "1", b: "x y", c: "d=e", é: "€&+" };
    expect(ended).toEqual({ code: 0, stdout: `${JSON.stringify(reply, null, 4)}\n`, stderr: "" });
    expect(node.specs[0]).toMatchObject({ text, args: reply });
    expect((await run(["rojob.py", "echo.yaml"], env)).stdout).toBe("{}\n");
  });

  it("uses the URL and APIKEY written at its top", async () => {
    const node = await startHttp();
    const { folder, run } = python();
    const edited = readFileSync(sample, "utf8")
      .replace(/^URL .*$/m, `URL    = "${node.url}"`)
      .replace(/^APIKEY .*$/m, `APIKEY = "${KEY}"`);
    writeFileSync(join(folder, "rojob.py"), edited);
    writeFileSync(join(folder, "echo.json"), '{\n  "jobs": []\n}\n');
    expect(await run(["rojob.py", "echo.json", "a=1"])).toMatchObject({ code: 0, stdout: '{\n    "a": "1"\n}\n' });
  });

  it("ends with 1 when jobs failed or the node refused, and shows what it said", async () => {
    const node = await startHttp();
    const { folder, run } = python();
    writeFileSync(join(folder, "echo.yaml"), ECHO);
    const env = { ROJOB_URL: node.url, ROJOB_APIKEY: KEY };
    node.ending = { state: "failed", result: "{}", errors: [{ name: "Boom", error: ["kaboom"] }] };
    const failed = await run(["rojob.py", "echo.yaml"], env);
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toEqual({ __errors: [{ name: "Boom", error: ["kaboom"] }] });
    const refused = await run(["rojob.py", "echo.yaml"], { ...env, ROJOB_APIKEY: "wrong" });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: "bad_signature", result: 0 });
    const nobody = await run(["rojob.py", "echo.yaml"], { ...env, ROJOB_URL: "http://127.0.0.1:1" });
    expect(nobody).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/127.0.0.1:1 did not answer/) });
  });

  it("ends with 2 when the command is wrong", async () => {
    const { folder, run } = python();
    writeFileSync(join(folder, "echo.yaml"), ECHO);
    expect(await run(["rojob.py"])).toMatchObject({ code: 2, stderr: expect.stringMatching(/python rojob.py FILE/) });
    expect(await run(["rojob.py", "no.yaml"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Cannot read the oJob 'no.yaml'/),
    });
    expect(await run(["rojob.py", "echo.yaml", "a"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/'a' is not an argument/),
    });
    expect(await run(["rojob.py", "echo.yaml"], { ROJOB_URL: "localhost" })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/'localhost'/),
    });
  });

  it("is a module with a class to exec and run", async () => {
    const node = await startHttp({}, { "rojob/echo.yaml": ECHO });
    const { run } = python();
    const code = `
import rojob
node = rojob.RoJob("${node.url}/", "${KEY}", timeout=10)
print(node.exec({"jobs": [], "args": {"b": "é"}}, {"a": 1}))
print(node.run("rojob/echo.yaml", {"a": "x y"}))
try:
    node.run("no.yaml")
except rojob.RoJobError as error:
    print(error.status, error.reply["code"], error)`;
    const { stdout, stderr } = await run(["-c", code], { PYTHONIOENCODING: "utf-8" });
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([
      "{'b': 'é', 'a': '1'}",
      "{'a': 'x y'}",
      "404 run_not_found The run folder has no file 'no.yaml'",
      "",
    ]);
  });

  it("needs nothing newer than Python 3.8", async () => {
    const { run } = python();
    const code = "import ast; ast.parse(open('rojob.py').read(), feature_version=(3, 8)); print('parsed')";
    expect(await run(["-c", code])).toMatchObject({ code: 0, stdout: "parsed\n" });
  });
});
