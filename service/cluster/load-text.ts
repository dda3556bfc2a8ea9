import type { NodeLoad } from "../model/cluster.js";

/** Header in which a node says how busy it is, with answers to peers. */
export const LOAD_HEADER = "x-rojob-load";

export function loadText({ free, waiting, running, forks, draining }: NodeLoad): string {
  return `${free},${waiting},${running},${forks},${draining ? 1 : 0}`;
}

/** Undefined when the text is nothing of the kind. */
export function readLoad(text: unknown): NodeLoad | undefined {
  const match = typeof text === "string" ? /^(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9}),([01])$/.exec(text) : null;
  if (match === null) return undefined;
  const [free, waiting, running, forks] = match.slice(1, 5).map(Number) as [number, number, number, number];
  return { free, waiting, running, forks, draining: match[5] === "1" };
}
