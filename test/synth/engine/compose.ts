import assert from "node:assert/strict";
import { join } from "node:path";
import { type Engine, until } from "./engine.js";
import { images } from "./images.js";
import { loadProgram, type Seen } from "./load.js";
import { writeScene } from "./scene.js";

const config = `
WORKERS: 1
deploy:
  balancer: { image: "${images.balancer}" }
  storage: { kind: volume, access: readwritemany }
  browser: { enabled: true }
  queue: { kind: redis, image: "${images.redis}" }
  resources: { limits: { memory: 2GB } }
`;

/** A container as its job sees it. */
const job = `
todo: [Look]
jobs:
- name: Look
  exec: |
    __pm.said = $sh("id -u; touch /rojob/x || echo root is read-only; touch work/made.txt; echo 'echo from a script' > /tmp/x; chmod +x /tmp/x; /tmp/x; python3 -c 'print(40 + 2)'").get(0).stdout.split("\\n")
`;

/** `docker-compose up` of the Compose file, and what its header says can be done with it. */
export async function tryCompose(engine: Engine, say: (line: string) => void): Promise<void> {
  const { folder, key } = writeScene(engine, "compose", config);
  const compose = (...words: string[]) =>
    engine.compose(
      "-p",
      "rojob",
      "--profile",
      "queue",
      "--profile",
      "browser",
      "-f",
      join(folder, "compose.yaml"),
      ...words,
    );
  const ask = (path: string, ...words: string[]) =>
    engine.curl("-H", `Authorization: Bearer ${key}`, ...words, `http://localhost:8787${path}`);
  const load = async (ms: number) =>
    JSON.parse(await engine.node(loadProgram, "http://127.0.0.1:8787", key, String(ms))) as Seen;

  const started = Date.now();
  compose("up", "-d");
  await until("six healthy containers", () => health(engine).filter((state) => state === "healthy").length === 6, 120);
  say(`up: 3 nodes, balancer, queue and browser are healthy after ${Math.round((Date.now() - started) / 1000)} s`);

  const nodes = () => JSON.parse(ask("/v1/nodes").body).nodes.filter((node: any) => node.state === "alive").length;
  await until("a cluster of three", () => nodes() === 3);
  say("discovery: the nodes found each other by the name of their service");

  const looked = ask("/ojob", "--data-binary", job);
  assert.equal(looked.status, 200);
  assert.deepEqual(JSON.parse(looked.body).said.slice(0, 4), ["1000", "root is read-only", "from a script", "42"]);
  say(
    `job: ${JSON.parse(looked.body)
      .said.filter((line: string) => line !== "")
      .join(" · ")}`,
  );

  const body = JSON.stringify({ run: "rojob/echo.yaml", args: { kept: "by Redis" } });
  const accepted = ask("/v1/runs", "-H", "Prefer: respond-async", "-H", "Content-Type: application/json", "-d", body);
  assert.equal(accepted.status, 202, accepted.body);
  const result = await until("the result of an asynchronous run", () => {
    const reply = ask(`/v1/runs/${JSON.parse(accepted.body).uuid}/result`);
    return reply.status === 200 && reply.body;
  });
  assert.match(result, /by Redis/);
  say("queue: an asynchronous run went through Redis, any node tells its result");

  const page = (...words: string[]) => engine.curl(...words, "http://localhost:8788/?format=json");
  assert.equal(page().status, 401);
  assert.match(page("-u", `any:${key}`).body, /made\.txt/);
  say("browser: asks for the key, shows the file the job made");

  const scaled = load(40_000);
  compose("up", "-d", "--scale", "rojob=5");
  await until("a cluster of five", () => nodes() === 5);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  compose("up", "-d", "--scale", "rojob=2");
  const seen = await scaled;
  say(`scaling 3 → 5 → 2 under load: ${JSON.stringify(seen.replies)} from ${seen.nodes.length} nodes`);
  assert.ok(seen.nodes.length > 3, "the balancer follows scaling");
  assert.deepEqual(Object.keys(seen.replies), ["200"]);

  compose("down");
  assert.match(engine.docker("volume", "ls", "-q"), /rojob_rojob-work/);
  compose("down", "--volumes");
  say("down: the volume stays, unless --volumes is said");
}

function health(engine: Engine): string[] {
  const names = engine
    .docker("ps", "-q")
    .split("\n")
    .filter((id) => id !== "");
  if (names.length === 0) return [];
  return engine
    .docker("inspect", "--format", "{{.State.Health.Status}}", ...names)
    .trim()
    .split("\n");
}
