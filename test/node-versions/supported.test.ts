import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeVersionNotice, RECOMMENDED_NODE, TESTED_NODES } from "../../service/cli/node-version.js";
import { rojob, scratchFolder, startProgram } from "../cli/program.js";

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const TESTED = "20 (from 20.18), 22 (from 22.13), 24 and 26";

let folder: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  folder = scratchFolder();
});
afterEach(() => folder.remove());

/** Environment in which node runs a line before the program. */
const preloaded = (code: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
});
const asVersion = (version: string): NodeJS.ProcessEnv =>
  preloaded(`Object.defineProperty(process, "version", { value: "${version}" })`);

test.each(["v20.18.0", "v20.20.2", "v22.13.0", "v22.23.3", "v24.0.0", "v24.21.0", "v26.0.0", "v26.10.0"])(
  "nothing is said on %s",
  (version) => expect(nodeVersionNotice(version, true)).toBeUndefined(),
);

test.each(["v20.17.0", "v21.7.3", "v22.12.0", "v23.11.1", "v25.9.0", "v27.0.0", "v28.1.0", "v30.0.0-nightly20280101"])(
  "%s is not tested, which is told with the versions that are",
  (version) => {
    const text = `rojob is not tested on Node ${version}; it is tested on ${TESTED}; use 24`;
    expect(nodeVersionNotice(version, true)).toEqual({ isUsable: true, text });
  },
);

test.each(["v18.20.8", "v20.17.0", "v21.7.3", "v22.7.0"])("%s is too old to run jobs at all", (version) => {
  const text = `rojob does not run on Node ${version}: it needs ${TESTED}; use 24`;
  expect(nodeVersionNotice(version, false)).toEqual({ isUsable: false, text });
});

test("the Node of these tests is one of those", () => {
  expect(nodeVersionNotice()).toBeUndefined();
});

test("`engines` of the package and its lock are the tested versions", () => {
  const wanted = TESTED_NODES.map(({ major, minor }) => `^${major}.${minor}.0`).join(" || ");
  const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, { engines?: object }> };
  expect(JSON.parse(read("package.json"))).toMatchObject({ engines: { node: wanted } });
  expect(lock.packages[""]!.engines).toEqual({ node: wanted });
});

test("README recommends the version that the image is made of", () => {
  expect(read("README.md")).toContain(`Node.js ${RECOMMENDED_NODE} (LTS)`);
  expect(read("Dockerfile")).toMatch(new RegExp(`^ARG BASE=node:${RECOMMENDED_NODE}-`, "m"));
});

test("the lock names no place to load packages from but the default registry", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, { resolved?: string }> };
  const places = Object.values(packages).flatMap(({ resolved }) => resolved ?? []);
  expect(places.filter((place) => !place.startsWith("https://registry.npmjs.org/"))).toEqual([]);
  expect(read("package-lock.json")).not.toMatch(/https?:\/\/(?!registry\.npmjs\.org\/)[^"]*\.tgz/);
});

test("a node on an untested version says so in one line, and runs", async () => {
  const node = startProgram(["start", "PORT=0", "PRIVATE=true", "WORKERS=1"], {
    cwd: folder.path,
    env: asVersion("v23.4.0"),
  });
  await node.says("stdout", /READY/);
  node.child.kill("SIGTERM");
  const { code, stderr } = await node.ended;
  expect(code).toBe(0);
  const lines = stderr.split("\n").filter((line) => line.includes("23.4.0"));
  expect(lines).toEqual([
    expect.stringContaining(`rojob is not tested on Node v23.4.0; it is tested on ${TESTED}; use 24`),
  ]);
});

test.each([
  { argv: ["start", "PORT=0"], says: "rojob start" },
  { argv: ["exec", "no.yaml", "--local"], says: "rojob exec" },
])("`$says` on a version that cannot run jobs ends with one line", async ({ argv, says }) => {
  const code = `import vm from "node:vm"; delete vm.constants; Object.defineProperty(process, "version", { value: "v18.20.8" })`;
  const ended = await rojob(argv, { cwd: folder.path, env: preloaded(code) });
  expect(ended).toEqual({
    code: 1,
    stdout: "",
    stderr: `${says}: rojob does not run on Node v18.20.8: it needs ${TESTED}; use 24\n`,
  });
});
