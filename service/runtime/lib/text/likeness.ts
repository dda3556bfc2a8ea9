/**
 * A locality-sensitive digest: like texts get like digests. 128 buckets count how often triples of nearby signs hash to
 * them; the digest says for each whether it is below the first, second or third quarter. (The format is our own: digests
 * can be compared with each other, not with those of other tools.)
 */
const buckets = 128;
const windowSize = 5;

/** @returns hexadecimal text; empty for a text that is too short */
export function likenessHash(text: string): string {
  if (text.length < windowSize) return "";
  const counts = new Array<number>(buckets).fill(0);
  for (let at = windowSize - 1; at < text.length; at++) {
    const last = text.charCodeAt(at);
    for (let a = 1; a < windowSize; a++)
      for (let b = a + 1; b < windowSize; b++)
        counts[mixed(a * 8 + b, last, text.charCodeAt(at - a), text.charCodeAt(at - b))]!++;
  }
  const sorted = [...counts].sort((a, b) => a - b);
  const quarters = [sorted[buckets / 4 - 1]!, sorted[buckets / 2 - 1]!, sorted[(buckets * 3) / 4 - 1]!];
  let digits = "";
  for (let at = 0; at < buckets; at += 2)
    digits += (level(counts[at]!, quarters) * 4 + level(counts[at + 1]!, quarters)).toString(16);
  return (
    Math.round(Math.log2(text.length) * 8)
      .toString(16)
      .padStart(2, "0") + digits
  );
}

/** 0 for equal digests, growing with the difference. */
export function likenessDistance(a: string, b: string, ignoresLength = false): number {
  let sum = ignoresLength ? 0 : Math.abs(Number.parseInt(a.slice(0, 2), 16) - Number.parseInt(b.slice(0, 2), 16)) || 0;
  for (let at = 2; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [Number.parseInt(a[at] ?? "0", 16), Number.parseInt(b[at] ?? "0", 16)];
    sum += Math.abs((left >> 2) - (right >> 2)) + Math.abs((left & 3) - (right & 3));
  }
  return sum;
}

const level = (count: number, quarters: number[]): number => quarters.filter((limit) => count > limit).length;

function mixed(salt: number, ...codes: number[]): number {
  let hash = salt;
  for (const code of codes) hash = Math.imul(hash ^ code, 0x9e3779b1) ^ (hash >>> 15);
  return (hash >>> 8) % buckets;
}
