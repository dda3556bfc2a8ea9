/**
 * Builds the image and runs the Compose file and the Swarm stack of `rojob synth` on a real Docker engine:
 * `npx tsx test/synth/engine/main.ts [compose|swarm]`. Takes minutes, needs root, and the packages docker.io,
 * docker-compose, haproxy, tini, busybox-static and iproute2.
 */
import { tryCompose } from "./compose.js";
import { Engine, missing } from "./engine.js";
import { buildImages, compile } from "./images.js";
import { trySwarm } from "./swarm.js";

const scenes = { compose: tryCompose, swarm: trySwarm };
const wanted = process.argv.slice(2);
const reason = missing();
if (reason !== undefined) {
  console.error(`skipped: ${reason}`);
  process.exit(process.env.REQUIRE_SERVICES === "1" ? 1 : 0);
}

const started = Date.now();
const say = (line: string) =>
  console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${line}`);
compile();
const engine = Engine.start();
try {
  buildImages(engine);
  say(`images: ${engine.docker("images", "--format", "{{.Repository}} {{.Size}}").trim().split("\n").join(", ")}`);
  for (const [name, run] of Object.entries(scenes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    say(`--- ${name}`);
    await run(engine, say);
  }
  say("all seen");
} finally {
  engine.stop();
}
