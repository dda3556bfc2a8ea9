import type { NodeLoad } from "../model/cluster.js";

/** Header of answers to peers with the load of the node. */
export const LOAD_HEADER = "x-rojob-load";

export function loadText({ free, waiting, running, forks, draining }: NodeLoad): string {
  return `${free},${waiting},${running},${forks},${draining ? 1 : 0}`;
}

/** Reads the header; undefined when the text has another form. */
export function readLoad(text: unknown): NodeLoad | undefined {
  const match = typeof text === "string" ? /^(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9}),([01])$/.exec(text) : null;
  if (match === null) return undefined;
  const [free, waiting, running, forks] = match.slice(1, 5).map(Number) as [number, number, number, number];
  return { free, waiting, running, forks, draining: match[5] === "1" };
}
