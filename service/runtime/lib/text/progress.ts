/** A bar of `size` signs; below zero it grows to the left. */
export function progress(
  value: number,
  max = value,
  min = 0,
  size = 5,
  sign = "━",
  space = "─",
  head?: string,
): string {
  const shown = Math.max(min, Math.min(max, value));
  const filled = Math.round((shown * size) / (Math.abs(min) + Math.abs(max)));
  const times = (text: string, count: number) => text.repeat(Math.max(0, count));
  const tip = head ?? "";
  let bar = "";
  if (min < 0) bar += times(space, size + Math.min(0, filled)) + times(sign, -filled);
  if (max > 0) {
    const body = filled - tip.length;
    bar += times(sign, body) + (body > 0 ? tip : "") + times(space, size - Math.max(0, filled));
  }
  return bar;
}
