import type { Place } from "../model/shapes.js";
import { framePlace } from "./sources.js";

/** Position where `thrown` was thrown: the first frame of its stack in the code of a job. */
export function placeOf(thrown: unknown): Place | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const own = (thrown as { place?: Place }).place;
  if (own !== undefined) return own;
  for (const frame of String(thrown.stack ?? "").split("\n")) {
    const place = framePlace(frame);
    if (place !== undefined) return place;
  }
  return undefined;
}
