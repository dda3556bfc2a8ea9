import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import { rojob, scratchFolder } from "../cli/program.js";
import { ECHO, KEY, startHttp } from "../http/http-node.js";

const client = fileURLToPath(new URL("../../clients/openaf/rojob.js", import.meta.url));
const vectors = fileURLToPath(new URL("../fixtures/signature-v1-vectors.json", import.meta.url));

/** Runs code with the client loaded and gives what it leaves in `__pm.got`. */
async function script(code: string, files: Record<string, string> = {}, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const folder = scratchFolder();
  onTestFinished(folder.remove);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text);
  const exec = `loadLib(${JSON.stringify(client)});\n${code}`;
  writeFileSync(
    join(folder.path, "script.json"),
    JSON.stringify({ jobs: [{ name: "script", exec }], todo: ["script"] }),
  );
  const ended = await rojob(["exec", "script.json", "--local"], { cwd: folder.path, env });
  expect(ended.stderr).toBe("");
  return (JSON.parse(ended.stdout) as { got: unknown }).got;
}

test("the OpenAF client signs as the recorded vectors do", async () => {
  const expected = (JSON.parse(readFileSync(vectors, "utf8")) as { auth: string }[]).map(({ auth }) => auth);
  const got = await script(`
    __pm.got = io.readFileJSON(${JSON.stringify(vectors)}).map(v => new roJob("http://x", v.key).__sign(v.uri, v.data + " \\n", v.window))`);
  expect(got).toEqual(expected);
});

test("the OpenAF client signs with version 2 as the recorded vectors do", async () => {
  const file = fileURLToPath(new URL("../fixtures/signature-v2-vectors.json", import.meta.url));
  const expected = JSON.parse(readFileSync(file, "utf8")) as any[];
  const got = await script(`
    __pm.got = io.readFileJSON(${JSON.stringify(file)}).map(v =>
      new roJob("http://x", v.key).__signV2(v.method, v.to, v.target, v.body, v.date, v.nonce, v.headers))`);
  expect(got).toEqual(
    expected.map(({ signature, date, nonce, keyId, to, covers }) => ({
      "x-rojob-signature": signature,
      "x-rojob-date": date,
      "x-rojob-nonce": nonce,
      "x-rojob-key": keyId,
      "x-rojob-to": to,
      ...(covers === "" ? {} : { "x-rojob-covers": covers }),
    })),
  );
});

test("it runs files, maps, texts and jobs of the run folder, with arguments of any letters", async () => {
  const node = await startHttp({}, { "rojob/echo.yaml": ECHO });
  const got = await script(
    `var node = new roJob("${node.url}/", "${KEY}");
    __pm.got = [
      node.exec("echo.yaml", { a: 1, b: "x y&é", none: void 0 }),
      node.execJob({ jobs: [], args: { m: 1 } }),
      node.execJob("jobs: []", { t: "€" }),
      node.run("rojob/echo.yaml", { c: "d=e" }),
      node.execAsync("echo.yaml")
    ]`,
    { "echo.yaml": `# café\n${ECHO}\n\n` },
  );
  expect(got).toMatchObject([{ a: "1", b: "x y&é" }, { m: 1 }, { t: "€" }, { c: "d=e" }, expect.anything()]);
});

test("it finds URL and key by itself, and takes any of several nodes", async () => {
  const node = await startHttp();
  const found = `__pm.got = new roJob().execJob("jobs: []", { a: 1 })`;
  expect(await script(found, {}, { ROJOB_URL: node.url, ROJOB_APIKEY: KEY })).toEqual({ a: "1" });
  expect(await script(found, { ".apikey": `${KEY}\n` }, { ROJOB_URL: node.url })).toEqual({ a: "1" });
  const any = `var node = new roJob(["${node.url}", "${node.url}/"], "${KEY}");
    __pm.got = [node.urls.length, node.execJob("jobs: []")]`;
  expect(await script(any)).toEqual([2, {}]);
  expect(await script(`__pm.got = new roJob().urls`)).toEqual(["http://127.0.0.1:8787"]);
});

test("it asks a busy node again, and gives what the node says when it is refused", async () => {
  const node = await startHttp();
  let refusals = 2;
  node.ending = () => (refusals-- > 0 ? new ServiceError("busy") : {});
  const got = await script(`
    var node = new roJob("${node.url}", "${KEY}", 3, 10), other = new roJob("${node.url}", "wrong", 3, 10);
    __pm.got = [node.execJob("jobs: []", { a: 1 }), other.execJob("jobs: []"), node.execJob("jobs: 5")]`);
  expect(got).toMatchObject([
    { a: "1" },
    { code: "unknown_key_id", result: 0 },
    { code: "not_an_ojob", error: expect.stringContaining("'jobs' is") },
  ]);
  expect(node.specs).toHaveLength(3);
});

test("it gives up where nobody listens", async () => {
  const got = await script(`__pm.got = new roJob("http://127.0.0.1:1", "k", 1, 10).execJob("jobs: []")`);
  expect(got).toMatchObject({ error: expect.stringContaining("Failed to connect") });
});
