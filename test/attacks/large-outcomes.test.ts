import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { FrameFlow } from "../../service/workers/frame-flow.js";
import { partsOf } from "../../service/workers/outcome-parts.js";
import { encodeFrame, Kind } from "../../service/workers/protocol.js";
import { parseOutcome } from "../../service/workers/run-reply.js";

const spin = (ms: number): void => {
  for (const from = performance.now(); performance.now() - from < ms; );
};
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("a worker that prints without end does not keep the node from anything else", async () => {
  const stream = new PassThrough();
  const got: string[] = [];
  const broken: string[] = [];
  const flow = new FrameFlow(
    stream,
    (_kind, payload) => {
      got.push(payload.toString());
      spin(1);
    },
    (error) => void broken.push(error.message),
  );
  const count = 200;
  const frames = Array.from({ length: count }, (_, index) => encodeFrame(Kind.out, String(index)));
  stream.write(Buffer.concat(frames));
  stream.end(encodeFrame(Kind.done, "the end"));
  let turns = 0;
  let wasBehind = false;
  while (got.length <= count) {
    await turn();
    turns++;
    wasBehind ||= flow.isBehind;
  }
  expect(got).toEqual([...Array.from({ length: count }, (_, index) => String(index)), "the end"]);
  expect(wasBehind).toBe(true);
  expect(turns).toBeGreaterThan(5);
  expect(broken).toEqual([]);
});

test("what is no frame is told once, also when it comes in the middle of much", async () => {
  const stream = new PassThrough();
  const broken: string[] = [];
  let count = 0;
  new FrameFlow(
    stream,
    () => {
      count++;
      spin(1);
    },
    (error) => void broken.push(error.message),
  );
  const frames = Array.from({ length: 30 }, () => encodeFrame(Kind.out, "x"));
  stream.write(Buffer.concat([...frames, Buffer.from("FATAL ERROR: something wrote here")]));
  while (broken.length === 0) await turn();
  stream.write(Buffer.from("and again"));
  for (let more = 0; more < 5; more++) await turn();
  expect(count).toBe(30);
  expect(broken).toHaveLength(1);
});

test("a large result passes the node as the text it is", () => {
  const result = JSON.stringify({ a: 'x"\n'.repeat(100_000) });
  const errors = [{ name: "A", error: ["it failed"] }];
  const parts = partsOf(JSON.stringify({ result, errors, exception: { message: "m" } }))!;
  expect(parts.result).toBe(result);
  expect(parseOutcome(Buffer.from(parts.result), parts.rest)).toEqual({
    result: Buffer.from(result),
    errors,
    exception: { message: "m" },
  });
  expect(partsOf(JSON.stringify({ result: "{}", errors: [] }))).toBeUndefined();
  // What jobs made of their environment is no outcome, and is told as that.
  expect(partsOf(JSON.stringify({ result: 5, errors: "x".repeat(50_000) }))).toBeUndefined();
  expect(partsOf(JSON.stringify("x".repeat(50_000)))).toBeUndefined();
});

test("errors are cut to what can be shown, and say how long they were", () => {
  const one = { result: "{}", errors: [{ name: "A", error: ["x".repeat(9_900_000), "y"] }] };
  const [cut] = partsOf(JSON.stringify(one))!.rest.errors;
  expect(cut!.error[0]!.length).toBeLessThan(70_000);
  expect(cut!.error[0]).toContain("(9900000 characters)");
  expect(cut!.error[1]).toBe("y");
  const many = {
    result: "{}",
    errors: Array.from({ length: 50_000 }, (_, i) => ({ name: `J${i}`, error: ["failed"] })),
  };
  const { errors } = partsOf(JSON.stringify(many))!.rest;
  expect(errors.length).toBeLessThan(3000);
  expect(errors.at(-1)!.error[0]).toMatch(/and \d+ more failed jobs/);
  const exception = { message: "z".repeat(1_000_000) };
  expect(partsOf(JSON.stringify({ result: "{}", errors: [], exception }))!.rest.exception!.message.length).toBeLessThan(
    70_000,
  );
});
