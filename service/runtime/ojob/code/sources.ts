import type { Place } from "../model/shapes.js";

/** Code that is put together of pieces: each knows where its first line stands. */
export interface Piece {
  text: string;
  place?: Place;
}

interface Segment {
  /** 1-based line of the composed code. */
  line: number;
  count: number;
  place: Place;
}

/** Name the code is compiled under → where its lines come from. */
const composed = new Map<string, Segment[]>();

/** The pieces as one text, each beginning on a line of its own. */
export function joinPieces(pieces: Piece[]): string {
  return pieces.map((piece) => piece.text).join("\n");
}

/** Notes where the lines of the code that is compiled as `name` come from. */
export function noteSource(name: string, pieces: Piece[]): void {
  const segments: Segment[] = [];
  let line = 1;
  for (const { text, place } of pieces) {
    const count = countLines(text);
    if (place !== undefined) segments.push({ line, count, place });
    line += count;
  }
  composed.set(name, segments);
}

/** Place of a line of compiled code; undefined when it is not code of a job. */
export function sourcePlace(name: string, line: number): Place | undefined {
  const segment = composed.get(name)?.find((one) => line >= one.line && line < one.line + one.count);
  if (segment === undefined) return undefined;
  const { file, line: from } = segment.place;
  // A negative line: the text stands on it with all its lines.
  return { file, line: from < 0 ? -from : from + line - segment.line };
}

/** Position of a stack frame, if it is in the code of a job. */
export function framePlace(frame: string): Place | undefined {
  const end = /:(\d+)(?::\d+)?\)?$/.exec(frame);
  if (end === null) return undefined;
  const before = frame.slice(0, end.index);
  for (const name of composed.keys())
    if (before.endsWith(name)) {
      const place = sourcePlace(name, Number(end[1]));
      if (place !== undefined) return place;
    }
  return undefined;
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
