/** Decimal digits of numbers with rounding half up, on the digits JavaScript shows (so 1.25 is 1.3, 2.345 is 2.35). */

/** @param size not negative, finite */
export function inDecimals(size: number, places: number): string {
  const { digits, point } = digitsOf(size);
  const rounded = roundedAt(digits, point + places);
  const whole = point + (rounded.length - Math.max(0, point + places));
  return placed(rounded, whole, places);
}

/** `1.234568e+04` */
export function inScience(size: number, places: number): string {
  if (size === 0) return `0${places > 0 ? `.${"0".repeat(places)}` : ""}e+00`;
  const { digits, point } = digitsOf(size);
  const rounded = roundedAt(digits, places + 1);
  const exponent = point - 1 + (rounded.length - (places + 1));
  const mantissa = rounded.slice(0, places + 1);
  const fraction = places > 0 ? `.${mantissa.slice(1)}` : "";
  return `${mantissa[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** As Java's `Double.toString`: always with a fraction, from ten millions on (and below a thousandth) as `1.5E7`. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return sign + (Number.isInteger(size) ? `${size}.0` : String(size));
  const [mantissa, exponent] = size.toExponential().split("e");
  return `${sign}${mantissa!.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

export function groupedDigits(text: string): string {
  const [whole, fraction] = text.split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Significant digits, and how many of them stand before the point (negative: zeros after it). */
function digitsOf(size: number): { digits: string; point: number } {
  const [mantissa, exponent] = size.toExponential().split("e");
  return { digits: mantissa!.replace(".", ""), point: Number(exponent) + 1 };
}

/** The first `count` digits, filled up with zeros; one digit longer when rounding carries over. */
function roundedAt(digits: string, count: number): string {
  if (count < 0) return "";
  if (count >= digits.length) return digits.padEnd(count, "0");
  const kept = digits.slice(0, count);
  if (digits[count]! < "5") return kept;
  return (BigInt(kept === "" ? "0" : kept) + 1n).toString().padStart(count, "0");
}

function placed(digits: string, whole: number, places: number): string {
  const filled = whole > 0 ? digits : "0".repeat(1 - whole) + digits;
  const at = Math.max(1, whole);
  const integer = filled.slice(0, at);
  const fraction = filled.slice(at).padEnd(places, "0").slice(0, places);
  return places > 0 ? `${integer}.${fraction}` : integer;
}
