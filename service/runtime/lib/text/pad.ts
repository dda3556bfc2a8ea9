/**
 * Fills a text up on the left; anything but a text only becomes one.
 * @throws RangeError when the text is longer than the length: the reference never cuts and never lets it pass
 */
export function leftPad(text: unknown, length: number, sign = "0"): string {
  return filling(text, length, sign) + String(text);
}

/** Fills a text up on the right; throws like {@link leftPad}. */
export function rightPad(text: unknown, length: number, sign = "0"): string {
  return String(text) + filling(text, length, sign);
}

function filling(text: unknown, length: number, sign: string): string {
  if (typeof text !== "string") return "";
  if (length < text.length) throw new RangeError(`the text "${text}" is longer than ${length}`);
  return sign.repeat(length - text.length);
}
