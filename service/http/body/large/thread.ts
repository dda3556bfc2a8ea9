/** Entry of the parse thread: reads one job after the other. */
import { parentPort } from "node:worker_threads";
import type { ParseAnswer, ParseJob } from "./messages.js";
import { readJob } from "./read-job.js";

parentPort?.on("message", (job: ParseJob) => {
  const answer = readJob(job);
  parentPort?.postMessage(answer, buffersOf(answer));
});

/** The memory of an answer, which is transferred, not copied. */
function buffersOf(answer: ParseAnswer): ArrayBuffer[] {
  if (!("parsed" in answer)) return [];
  const { text, args, request, result } = answer.parsed;
  const large = [
    text,
    result,
    ...[args, request?.args].map((each) => (each !== undefined && "json" in each ? each.json : undefined)),
  ];
  return large.flatMap((bytes) => (bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]));
}
