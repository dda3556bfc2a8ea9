import { turns } from "../../base/turns.js";

/** Receives the pieces of a stream that is read in turns with others. */
export interface PacedReader {
  take(piece: Buffer): void;
  end(): void;
  fail(error: Error): void;
}

/**
 * Reads the rest of a stream piece by piece, in turns with all other streams that are read this way; its connection waits
 * meanwhile. Otherwise each connection would deliver up to 2 MB within one turn of the event loop.
 * @param stream a stream without other listeners
 * @returns a function that stops reading
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
  // Begins now: Node reads and drops the whole body at once if nothing has begun to read it when the reply has been sent.
  stream.read(0);
  return stop;
}

const dropped = new WeakSet<NodeJS.ReadableStream>();

/** Reads the rest of a stream, in turns, and drops it: many clients send the whole body before they read the reply. */
export function dropPaced(stream: NodeJS.ReadableStream): void {
  if (dropped.has(stream)) return;
  dropped.add(stream);
  const nothing = (): void => undefined;
  readPaced(stream, { take: nothing, end: nothing, fail: nothing });
}
