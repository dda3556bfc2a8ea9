/**
 * Fills up on the left.
 * @throws RangeError when the text is longer than the length: the reference never cuts and never lets it pass
 */
export function leftPad(text: unknown, length: number, sign = "0"): string {
  const given = String(text);
  return filling(given, length, sign) + given;
}

/** Fills up on the right; throws like {@link leftPad}. */
export function rightPad(text: unknown, length: number, sign = "0"): string {
  const given = String(text);
  return given + filling(given, length, sign);
}

function filling(text: string, length: number, sign: string): string {
  if (length < text.length) throw new RangeError(`the text "${text}" is longer than ${length}`);
  return sign.repeat(length - text.length);
}
