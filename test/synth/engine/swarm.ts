import assert from "node:assert/strict";
import { join } from "node:path";
import { type Engine, until } from "./engine.js";
import { loadProgram, type Seen } from "./load.js";
import { writeScene } from "./scene.js";

/** This kernel has no virtual addresses and no routing mesh: only here the name stands for the tasks, and no port is published. */
const config = `
WORKERS: 1
deploy:
  resources: { limits: { memory: 2GB } }
  patches: { swarm: { services: { rojob: { deploy: { endpoint_mode: dnsrr }, ports: null } } } }
`;

/** `docker stack deploy` of the stack file, an update and one that fails. */
export async function trySwarm(engine: Engine, say: (line: string) => void): Promise<void> {
  const local = "127.0.0.1";
  engine.docker(
    "swarm",
    "init",
    "--advertise-addr",
    local,
    "--listen-addr",
    `${local}:2377`,
    "--data-path-addr",
    local,
  );
  const deploy = (...settings: string[]) => {
    const { folder, key } = writeScene(engine, "swarm", config, settings);
    engine.docker(
      "stack",
      "deploy",
      "-c",
      join(folder, "rojob.stack.yaml"),
      "--detach=true",
      "--resolve-image",
      "never",
      "rojob",
    );
    return key;
  };
  const inspect = (format: string) => engine.docker("service", "inspect", "rojob_rojob", "--format", format).trim();
  const task = () => engine.docker("ps", "-q", "-f", "name=rojob_rojob.1").split("\n")[0]!;

  const started = Date.now();
  const key = deploy();
  const ready = () => /rojob_rojob 3\/3/.test(engine.docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}"));
  await until("three healthy tasks", ready, 120);
  say(`up: 3/3 healthy after ${Math.round((Date.now() - started) / 1000)} s`);

  const nodes = () => {
    const listed = engine.docker("exec", task(), "sh", "-c", "APIKEY=$(cat /run/secrets/APIKEY) rojob nodes --json");
    return JSON.parse(listed.slice(listed.indexOf("[")));
  };
  const hosts = await until("a cluster of three", () => {
    const alive = nodes().filter((node: any) => node.state === "alive");
    return alive.length === 3 && alive.map((node: any) => node.host);
  });
  assert.ok(hosts.every((host: string) => host.startsWith("rojob_rojob.")));
  say("discovery: the tasks found each other by tasks.rojob, under the names of their tasks");

  // The client is no task: those are exchanged.
  engine.docker("network", "create", "-d", "overlay", "--attachable", "clients");
  engine.docker("service", "update", "--network-add", "clients", "--detach=true", "rojob_rojob");
  await until("the tasks on another network", () => inspect("{{.UpdateStatus.State}}") === "completed" && ready(), 240);
  const client = engine
    .docker("run", "-d", "--network", "clients", "--entrypoint", "sleep", "rojob:test", "600")
    .trim();
  const load = engine.nodeIn(client, loadProgram, "http://tasks.rojob_rojob:8787", key, "90000");
  engine.docker("service", "update", "--env-add", "BACKLOG=50", "--detach=true", "rojob_rojob");
  await until("an update", () => inspect("{{.UpdateStatus.State}}") === "completed", 240);
  const seen = JSON.parse(await load) as Seen;
  say(`an update under load, the new task first: ${JSON.stringify(seen.replies)} from ${seen.nodes.length} tasks`);
  assert.deepEqual(Object.keys(seen.replies), ["200"]);
  engine.docker("rm", "-f", client);

  deploy("PORT=8787", "deploy.env.NODE_OPTIONS=--no-such-flag");
  await until("an update that fails", () => inspect("{{.UpdateStatus.State}}") === "rollback_completed", 240);
  assert.doesNotMatch(inspect("{{.Spec.TaskTemplate.ContainerSpec.Env}}"), /no-such-flag/);
  assert.ok(ready());
  say("an update that fails is rolled back by itself, with 3/3 healthy");

  engine.docker("stack", "rm", "rojob");
  await until("nothing left", () => engine.docker("ps", "-q").trim() === "");
  say("removed: no container is left");
}
