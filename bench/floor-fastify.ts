/** Floor 1: the cost of Fastify alone. POST any body, get a small map. */
import Fastify from "fastify";

const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
app.post("/run", async () => ({ a: "1" }));
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(`READY http://127.0.0.1:${(app.server.address() as { port: number }).port}`);
process.on("SIGTERM", () => process.exit(0));
