import { checkedNames, checkedPrefixes, steeringGroups } from "./steering-names.js";

/** The names, ready to be looked up. Made at first use: few runs start processes. */
interface Rules {
  names: Set<string>;
  prefixes: string[];
  /** In capital letters. */
  anyCaseNames: Set<string>;
  anyCasePrefixes: string[];
}

let known: Rules | undefined;

/**
 * Would an environment variable of that name and value steer a loader, a shell, an interpreter or a well-known tool?
 * Names count as they are written, as programs look for them so: `path` steers nothing. Proxies and npm's settings count
 * in any case.
 */
export function steers(name: string, value: string): boolean {
  known ??= readRules();
  const { names, prefixes, anyCaseNames, anyCasePrefixes } = known;
  if (names.has(name) || begins(name, prefixes)) return true;
  const capitals = name.toUpperCase();
  if (anyCaseNames.has(capitals) || begins(capitals, anyCasePrefixes)) return true;
  // Bash takes functions by such names; old ones took them by any.
  if (name.endsWith("%%") || name.endsWith("()") || /^\s*\(\)\s*\{/.test(value)) return true;
  return wordsOf(checkedNames).includes(name) || begins(name, wordsOf(checkedPrefixes))
    ? !isHarmless(name, value)
    : false;
}

/** A language, a terminal, a time zone by its name; not a file or a format. */
function isHarmless(name: string, value: string): boolean {
  if (name === "TZ") return /^[A-Za-z0-9_+<>:,.-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(value) && !/^[:/]|\.\./.test(value);
  return !/[/%\\]/.test(value);
}

function readRules(): Rules {
  const rules: Rules = { names: new Set(), prefixes: [], anyCaseNames: new Set(), anyCasePrefixes: [] };
  for (const { names = "", prefixes = "", anyCase } of steeringGroups) {
    const known = anyCase ? rules.anyCaseNames : rules.names;
    for (const name of wordsOf(names)) known.add(name);
    (anyCase ? rules.anyCasePrefixes : rules.prefixes).push(...wordsOf(prefixes));
  }
  return rules;
}

function begins(name: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix));
}

function wordsOf(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
