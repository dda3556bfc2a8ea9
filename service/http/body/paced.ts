import { turns } from "../../base/turns.js";

/** Receives the pieces of a stream that is read in turns with others. */
export interface PacedReader {
  take(piece: Buffer): void;
  end(): void;
  fail(error: Error): void;
}

/**
 * Reads the rest of a stream piece by piece, in turns with all others that are read so, while its connection waits. Left to
 * themselves all connections would give what they have within one turn of the event loop, up to 2 MB each.
 * @param stream nobody listens to it any more
 * @returns stops it; nobody reads the stream then
 */
export function readPaced(stream: NodeJS.ReadableStream, reader: PacedReader): () => void {
  let isQueued = false;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    stream.removeListener("readable", queue);
    stream.removeListener("end", end);
    stream.removeListener("error", fail);
  };
  const pull = (): void => {
    isQueued = false;
    if (isOver) return;
    const piece = stream.read() as Buffer | null;
    if (piece === null) return;
    reader.take(piece);
    // Since Node 26 a read returns the first of the buffered pieces, and `readable` is not emitted for the others.
    queue();
  };
  const queue = (): void => {
    if (isQueued || isOver) return;
    isQueued = true;
    turns.next(pull);
  };
  const end = (): void => {
    stop();
    reader.end();
  };
  const fail = (error: Error): void => {
    stop();
    reader.fail(error);
  };
  stream.on("readable", queue);
  stream.on("end", end);
  stream.on("error", fail);
  // Begins now: a request that nobody has begun to read when its reply is out is read and dropped by Node, at once.
  stream.read(0);
  return stop;
}

const dropped = new WeakSet<NodeJS.ReadableStream>();

/** Reads the rest of a stream, in turns, and drops it: many clients send all of a body before they read the reply. */
export function dropPaced(stream: NodeJS.ReadableStream): void {
  if (dropped.has(stream)) return;
  dropped.add(stream);
  const nothing = (): void => undefined;
  readPaced(stream, { take: nothing, end: nothing, fail: nothing });
}
