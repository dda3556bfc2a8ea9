/** Floor 2: Fastify, a piscina thread, and in it a fresh context that evaluates a trivial script. */
import { fileURLToPath } from "node:url";
import Fastify from "fastify";
import { Piscina } from "piscina";

const threads = new Piscina({
  filename: fileURLToPath(new URL("./floor-piscina-task.mjs", import.meta.url)),
  minThreads: 2,
  maxThreads: 2,
  execArgv: [],
});
const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
app.post("/run", async (request, reply) => {
  reply.type("application/json");
  return threads.run((request.body as Buffer).toString());
});
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(`READY http://127.0.0.1:${(app.server.address() as { port: number }).port}`);
process.on("SIGTERM", () => process.exit(0));
