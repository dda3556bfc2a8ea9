/**
 * Clients that send the worst inputs, a process of its own. Each line of its standard input is JSON and is answered by
 * one: a {@link DoorPlan} begins, `{ stop: true }` ends it, with the counts of the replies.
 */
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";
import { type DoorInput, doorInputs } from "./door-inputs.js";

export interface DoorPlan {
  url: string;
  clients: number;
  /** Names of inputs; each client sends one after the other. */
  inputs: string[];
  /** Without it they send a made-up signature, or no credentials. */
  key?: string;
  credentials?: "signature" | "none";
}

/** Number of replies of each status, `none` for broken connections. */
export type DoorReplies = Record<string, number>;

let plan: DoorPlan | undefined;
let replies: DoorReplies = {};
let agent = new Agent();
const bodies = new Map<string, Buffer>();

type Reply = { status: string; text: string };

function send(
  url: string,
  method: string,
  headers: Record<string, string | number>,
  body: readonly Buffer[] = [],
): Promise<Reply> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, method, headers });
    sent.on("response", (reply) => {
      let text = "";
      reply.on("data", (piece: Buffer) => {
        if (text === "") text = piece.toString();
      });
      reply.on("error", () => undefined);
      reply.on("close", () => resolve({ status: String(reply.statusCode), text }));
    });
    sent.on("error", () => resolve({ status: "none", text: "" }));
    for (const piece of body) sent.write(piece);
    sent.end();
  });
}

/** No two are the same: trailing blanks make each another. */
function bodyOf(input: DoorInput): Buffer[] {
  if (!bodies.has(input.name)) bodies.set(input.name, Buffer.from(input.body()));
  const blanks = Array.from({ length: 40 }, () => (Math.random() < 0.5 ? " " : "\n")).join("");
  return [bodies.get(input.name)!, Buffer.from(`\n${blanks}`)];
}

function credentials({ key, credentials }: DoorPlan): Record<string, string> {
  if (key !== undefined) return { authorization: `Bearer ${key}` };
  return credentials === "none" ? {} : { auth: "a".repeat(64) };
}

async function sendInput(current: DoorPlan, input: DoorInput): Promise<void> {
  const body = bodyOf(input);
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  const own = Object.entries(input.headers ?? {}).map(([name, value]) => [name, value || randomUUID()]);
  const headers = { ...credentials(current), ...Object.fromEntries(own), "content-length": length };
  const { status, text } = await send(current.url + input.target, "POST", headers, body);
  if (plan !== current) return;
  replies[status] = (replies[status] ?? 0) + 1;
  if (status !== "200" && status !== "202") await new Promise((resume) => setTimeout(resume, 20));
  if (status !== "202" || !input.readsResult) return;
  const { uuid } = JSON.parse(text) as { uuid: string };
  await send(`${current.url}/v1/runs/${uuid}/result?wait=20`, "GET", credentials(current));
}

async function begin(current: DoorPlan): Promise<void> {
  plan = current;
  replies = {};
  agent = new Agent({ keepAlive: true });
  const inputs = current.inputs.map((name) => doorInputs.find((each) => each.name === name)!);
  for (const input of inputs) bodyOf(input);
  for (let client = 0; client < current.clients; client++) {
    void (async () => {
      for (let turn = client; plan === current; turn++) await sendInput(current, inputs[turn % inputs.length]!);
    })();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as DoorPlan | { stop: true };
  if ("stop" in asked) {
    plan = undefined;
    agent.destroy();
    console.log(JSON.stringify(replies));
  } else {
    await begin(asked);
    console.log("{}");
  }
}
process.exit();
