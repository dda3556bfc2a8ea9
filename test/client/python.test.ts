import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import { ECHO, KEY, startHttp } from "../http/http-node.js";

const sample = fileURLToPath(new URL("../../clients/python/rojob.py.sample", import.meta.url));
const vectors = (scheme: string) =>
  JSON.stringify(fileURLToPath(new URL(`../fixtures/signature-${scheme}-vectors.json`, import.meta.url)));

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
for v in json.load(open(${vectors("v1")}, encoding="utf-8")):
    assert rojob.sign_v1(v["key"], v["uri"], v["data"] + " \\t\\r\\n", v["window"]) == v["auth"], v
for v in json.load(open(${vectors("v2")}, encoding="utf-8")):
    signed = rojob.sign_v2(v["key"], v["method"], v["to"], v["target"], v["body"], v["headers"], v["date"], v["nonce"])
    assert (signed["x-rojob-signature"], signed["x-rojob-key"]) == (v["signature"], v["keyId"]), v
    assert (signed["x-rojob-to"], signed.get("x-rojob-covers", "")) == (v["to"], v["covers"]), v
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
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: "unknown_key_id", result: 0 });
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

  it("distinguishes failed runs, refusals, busy and silent nodes", async () => {
    const node = await startHttp();
    const { run } = python();
    const code = `
import rojob
def tell(node):
    try:
        node.exec({"jobs": []})
    except rojob.RoJobError as error:
        print(type(error).__name__, error.status, error.code, getattr(error, "errors", None))
tell(rojob.RoJob("${node.url}", "${KEY}", retries=0))
tell(rojob.RoJob("${node.url}", "wrong", retries=0))
tell(rojob.RoJob("http://127.0.0.1:1", "${KEY}", retries=0))`;
    node.ending = { state: "failed", result: "{}", errors: [{ name: "Boom", error: ["kaboom"] }] };
    expect((await run(["-c", code])).stdout.split("\n").slice(0, 3)).toEqual([
      "RunFailed 200 None [{'name': 'Boom', 'error': ['kaboom']}]",
      "Refused 401 unknown_key_id None",
      "Unreachable 0 None None",
    ]);
    node.ending = new ServiceError("busy", {}, { retryAfterS: 7 });
    const busy = `
import rojob
try:
    rojob.RoJob("${node.url}", "${KEY}", retries=0).exec({"jobs": []})
except rojob.Busy as error:
    print(error.status, error.code, error.retry_after)`;
    expect((await run(["-c", busy])).stdout).toBe("503 busy 7.0\n");
  });

  it("asks again where the run surely has not begun, and only there", async () => {
    const node = await startHttp();
    const { run } = python();
    const code = `
import rojob
node = rojob.RoJob("${node.url}", "${KEY}", retries=3, retry_time=0.01)
try:
    print(node.exec({"jobs": []}, {"a": 1}))
except rojob.RoJobError as error:
    print(type(error).__name__)`;
    let refusals = 2;
    node.ending = () => (refusals-- > 0 ? new ServiceError("busy", {}, { retryAfterS: 0 }) : {});
    expect((await run(["-c", code])).stdout).toBe("{'a': '1'}\n");
    expect(node.specs).toHaveLength(3);
    node.specs.length = 0;
    node.ending = () => {
      node.app.server.closeAllConnections();
      return {};
    };
    expect((await run(["-c", code])).stdout).toBe("Unreachable\n");
    expect(node.specs).toHaveLength(1);
  });

  it("needs nothing newer than Python 3.8", async () => {
    const { run } = python();
    const code = "import ast; ast.parse(open('rojob.py').read(), feature_version=(3, 8)); print('parsed')";
    expect(await run(["-c", code])).toMatchObject({ code: 0, stdout: "parsed\n" });
  });
});
