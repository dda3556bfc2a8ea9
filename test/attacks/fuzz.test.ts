import { expect, test } from "vitest";
import { KEY, startHttp } from "../http/http-node.js";
import { kinds } from "./fuzz/attacks.js";
import { fuzz } from "./fuzz/fuzz.js";

/** `npm run fuzz` takes others. */
const SEED = 20_261_130;
const ROUNDS = 150;
/** Each attack is a connection of its own: on a machine that does much else they take their time, ms. */
const PATIENCE_MS = 300_000;

test.each(kinds)(
  `a node survives ${ROUNDS} attacks of the kind %s (seed ${SEED}) and says what is wrong with each`,
  async (kind) => {
    const node = await startHttp({ MAXBODY: 100_000 });
    const statuses = await fuzz({ port: node.port, key: KEY, kind, seed: SEED, rounds: ROUNDS });
    // They are not all turned away for one reason.
    expect(Object.keys(statuses).length).toBeGreaterThan(1);
    expect(node.log.filter(({ level }) => level === "error")).toEqual([]);
  },
  PATIENCE_MS,
);
