import { type Kind, shotOf } from "./attacks.js";
import { Chance } from "./chance.js";
import { exchange, type WireReply } from "./wire.js";

export interface FuzzOptions {
  port: number;
  key: string;
  kind: Kind;
  seed: number;
  /** Ends after so many attacks … */
  rounds?: number;
  /** … or when this says so. */
  isOver?(): boolean;
}

/** Connections at a time. */
const WIDTH = 8;
/** The node is asked whether it is well after so many attacks. */
const LOOK_EVERY = 50;

/**
 * Attacks a node: whatever is sent, it stays up, every reply is one of HTTP, problems are JSON, and none is a 500 that says
 * nothing. The attack of a number is the same for a seed.
 * @returns how often each status came
 * @throws Error with kind, seed, number and bytes of the attack that found something
 */
export async function fuzz({
  port,
  key,
  kind,
  seed,
  rounds = Number.POSITIVE_INFINITY,
  isOver,
}: FuzzOptions): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  let number = 0;
  const attack = async (): Promise<void> => {
    while (number < rounds && !isOver?.()) {
      const own = number++;
      const shot = shotOf(kind, new Chance(seed * 1_000_003 + own), key);
      try {
        for (const reply of await exchange(port, shot.pieces, shot.abort)) {
          statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
          check(reply);
        }
        if (own % LOOK_EVERY === 0) await look(port);
      } catch (cause) {
        const sent = Buffer.concat(shot.pieces.map((piece) => Buffer.from(piece))).toString("latin1");
        const place = `${kind}, seed ${seed}, number ${own}`;
        throw new Error(`${place}: ${(cause as Error).message}\nsent ${JSON.stringify(sent.slice(0, 2000))}`, {
          cause,
        });
      }
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, attack));
  await look(port);
  return statuses;
}

function check({ status, head, body }: WireReply): void {
  if (status < 200 && status !== 100 && status !== 101) throw new Error(`status ${status}`);
  const isProblem = /^content-type: application\/problem\+json/im.test(head);
  if (isProblem && body !== "") {
    const { code, status: told } = JSON.parse(Buffer.from(body, "latin1").toString()) as {
      code?: string;
      status?: number;
    };
    if (code === undefined || code === "internal" || told !== status)
      throw new Error(`${status} with ${body.slice(0, 300)}`);
  } else if (status >= 500) throw new Error(`${status} without a reason: ${body.slice(0, 300)}`);
}

async function look(port: number): Promise<void> {
  const [reply] = await exchange(port, ["GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"]);
  if (reply?.status !== 200) throw new Error(`/healthz gave ${reply?.status ?? "nothing"}`);
}
