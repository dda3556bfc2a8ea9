/** Replies to a client that sent short runs one after the other, four at a time. */
export interface Seen {
  /** Status, or the code of a connection that failed → how often. */
  replies: Record<string, number>;
  /** Nodes that answered. */
  nodes: string[];
}

/** The program of that client, for `node --input-type=module -`: URL of the nodes, key, ms. Prints a {@link Seen}. */
export const loadProgram = `
const [url, key, ms] = process.argv.slice(2);
const replies = {}, nodes = new Set(), end = Date.now() + Number(ms);
const http = await import("node:http");
const send = () => new Promise((done) => {
  const count = (what) => { replies[what] = (replies[what] ?? 0) + 1; done(); };
  const request = http.request(url + "/run?a=1", { method: "POST", agent: false, headers: { authorization: "Bearer " + key } }, (reply) => {
    const route = reply.headers["x-rojob-route"];
    if (route !== undefined) nodes.add(route.split(">")[0]);
    reply.resume().on("end", () => count(reply.statusCode));
  });
  request.on("error", (error) => count(error.code)).end("rojob/echo.yaml");
});
const sender = async () => { while (Date.now() < end) { await send(); await new Promise((done) => setTimeout(done, 20)); } };
await Promise.all([sender(), sender(), sender(), sender()]);
console.log(JSON.stringify({ replies, nodes: [...nodes] }));
process.exit(0);
`;
