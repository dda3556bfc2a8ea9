/**
 * The distance between two texts: the longer length less the common parts found within a small shift (the "sift" family of
 * distances; 0 is equal).
 * @param reach how far apart common parts may be
 */
export function distance(a: string | undefined, b: string | undefined, reach = 5): number {
  if (!a || !b) return (a || b || "").length;
  let atA = 0;
  let atB = 0;
  let common = 0;
  while (atA < a.length && atB < b.length) {
    if (a[atA] === b[atB]) common++;
    else {
      atA = atB = Math.max(atA, atB);
      for (let shift = 0; shift < reach && (atA + shift < a.length || atB + shift < b.length); shift++) {
        if (atA + shift < a.length && a[atA + shift] === b[atB]) {
          atA += shift;
          common++;
          break;
        }
        if (atB + shift < b.length && a[atA] === b[atB + shift]) {
          atB += shift;
          common++;
          break;
        }
      }
    }
    atA++;
    atB++;
  }
  return Math.max(a.length, b.length) - common;
}

/** The nearest text of the list, false when even that is farther than `threshold`. */
export function closest(text: unknown, list: unknown, threshold = 3): string | undefined | false {
  if (typeof text !== "string" || !Array.isArray(list)) return false;
  let best: { text: string; at: number } | undefined;
  for (const candidate of list) {
    if (!candidate) break;
    if (candidate === text) return text;
    const at = distance(text, candidate);
    if (best === undefined || at < best.at) best = { text: candidate, at };
  }
  return best !== undefined && best.at > threshold ? false : best?.text;
}
