import { expect, test } from "vitest";
import type { RunRecord } from "../../service/model/record.js";
import type { SharedKeys } from "../../service/queue/broker/index.js";
import { PendingCallbacksInBroker } from "../../service/runs/pending-callbacks-in-broker.js";

/** Whoever stood still between its right to send a callback and sending it notices that before it sends. */

const UUID = "a-1-1795472872612573347";
const AWAY_MS = 60_000;

/** A broker's marks and the record of a run, by a clock of their own. */
function scene() {
  let now = 0;
  const kept = new Map<string, { text: string; until: number }>();
  const record = { uuid: UUID, callback: { url: "http://a/", state: "waiting", attempts: [] } } as unknown as RunRecord;
  const present = (name: string): string | undefined => {
    const mark = kept.get(name);
    return mark !== undefined && mark.until > now ? mark.text : undefined;
  };
  const sharedKeys = {
    async swap(name: string, seen: string | undefined, text: string, keptMs: number) {
      if (present(name) !== seen) return false;
      kept.set(name, { text, until: now + keptMs });
      return true;
    },
  } as SharedKeys;
  /** What happens while a node waits for an answer. */
  const meanwhile: (() => Promise<void>)[] = [];
  const pending = (): PendingCallbacksInBroker =>
    new PendingCallbacksInBroker(
      sharedKeys,
      async () => {
        const seen = structuredClone(record);
        await meanwhile.shift()?.();
        return seen;
      },
      () => now,
    );
  return {
    record,
    pending,
    meanwhile,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("a node that was away since it got the right to send has lost it to the one that takes it meanwhile", async () => {
  const { pending, meanwhile, pass } = scene();
  const [slow, other] = [pending(), pending()];
  meanwhile.push(async () => {
    pass(AWAY_MS);
    expect(await other.take(UUID)).toBe(true);
  });
  expect(await slow.take(UUID)).toBe(false);
});

test("nor does it send what the other has delivered by then", async () => {
  const { pending, meanwhile, pass, record } = scene();
  const [slow, other] = [pending(), pending()];
  meanwhile.push(async () => {
    pass(AWAY_MS);
    expect(await other.take(UUID)).toBe(true);
    record.callback!.state = "delivered";
    pass(AWAY_MS);
  });
  expect(await slow.take(UUID)).toBe(false);
});

test("when nobody took it, it takes it anew, and others do not while it sends", async () => {
  const { pending, meanwhile, pass } = scene();
  const [slow, other] = [pending(), pending()];
  meanwhile.push(async () => pass(AWAY_MS));
  expect(await slow.take(UUID)).toBe(true);
  pass(20_000);
  expect(await other.take(UUID)).toBe(false);
});
