/**
 * Requests the health of a node, one request after the other over one connection, a process of its own. Each line of
 * its standard input is a {@link ProbePlan}, and is answered by the latencies, ms.
 */
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";

export interface ProbePlan {
  url: string;
  durationMs: number;
  pauseMs: number;
}

function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/healthz`, { agent }, (reply) => {
      reply.resume().on("end", () => (reply.statusCode === 200 ? resolve() : reject(new Error(`${reply.statusCode}`))));
    });
    sent.on("error", reject).end();
  });
}

async function probe({ url, durationMs, pauseMs }: ProbePlan): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(url, agent);
  const latencies: number[] = [];
  for (const until = performance.now() + durationMs; performance.now() < until; ) {
    const from = performance.now();
    await ask(url, agent);
    latencies.push(performance.now() - from);
    await new Promise((resume) => setTimeout(resume, pauseMs));
  }
  agent.destroy();
  return latencies;
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await probe(JSON.parse(line) as ProbePlan)));
}
