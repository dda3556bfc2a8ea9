import { maskSecrets } from "../base/mask-secrets.js";

/** Most characters of JSON of a run's arguments in records. */
const MAX_SHOWN = 16 * 1024;
/** Characters shown of one argument that is longer. */
const SHOWN_OF_ONE = 200;

/**
 * Large arguments for records: secrets masked, and long ones cut to the beginning of their JSON, the longest first.
 * Records are read, listed and written again and again.
 */
export function shownArgs(args: Record<string, unknown>): Record<string, unknown> {
  const shown = maskSecrets(args);
  const sizes = Object.entries(shown).map(([name, value]) => ({ name, text: JSON.stringify(value) ?? "" }));
  sizes.sort((a, b) => b.text.length - a.text.length);
  let total = sizes.reduce((sum, { name, text }) => sum + name.length + text.length, 0);
  for (const { name, text } of sizes) {
    if (total <= MAX_SHOWN) return shown;
    if (text.length <= SHOWN_OF_ONE) break;
    shown[name] = `${text.slice(0, SHOWN_OF_ONE)}… (${text.length} characters)`;
    total -= text.length - String(shown[name]).length;
  }
  if (total <= MAX_SHOWN) return shown;
  return { "…": `${sizes.length} arguments, ${JSON.stringify(args).length} characters` };
}
