import type { ServerResponse } from "node:http";
import { wholeText } from "../../../base/json/json-text.js";
import type { IncomingRun } from "../../../cluster/incoming-runs.js";
import type { RunReply } from "../../../model/run.js";

/** Characters from which on a result is sent as bytes, if the caller supports it. */
const LARGE_RESULT = 16 * 1024;
/** Most output that may wait in a connection, bytes; further output is dropped. */
const MOST_BUFFERED = 4_000_000;

/** Sends the answer to an offer whose run has begun; output starts at a given line. */
export async function sendIncoming(
  incoming: IncomingRun,
  raw: ServerResponse,
  fromLine: number,
  isLargeAsBytes: boolean,
): Promise<void> {
  const detach = incoming.attach(fromLine, (line) => {
    if (!raw.headersSent) raw.writeHead(200, { "content-type": "application/x-ndjson" });
    if (raw.writableLength < MOST_BUFFERED) raw.write(`${JSON.stringify({ out: line })}\n`);
  });
  raw.once("close", detach);
  await incoming.reply;
  const bytes = lastLineOf(incoming.ended!, isLargeAsBytes);
  if (!raw.headersSent) {
    raw.writeHead(200, { "content-type": "application/x-ndjson", "content-length": bytes.length });
  }
  raw.end(bytes);
}

/** The end of an answer: `{"reply": …}`; with a large result `{"reply": …, "resultBytes": N}`, followed by the result itself. */
function lastLineOf(ended: RunReply, isLargeAsBytes: boolean): Buffer {
  const { result, ...reply } = ended;
  if (!isLargeAsBytes || result.length < LARGE_RESULT) {
    return Buffer.from(`{"reply":${JSON.stringify({ ...ended, result: wholeText(result) })}}\n`);
  }
  const bytes = typeof result === "string" ? Buffer.from(result) : result;
  return Buffer.concat([Buffer.from(`{"reply":${JSON.stringify(reply)},"resultBytes":${bytes.length}}\n`), bytes]);
}
