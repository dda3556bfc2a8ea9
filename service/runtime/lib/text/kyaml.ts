import { jobScope } from "../../base/job-scope.js";
import { isDate, isMap, isNumber } from "../../base/values/types.js";

const reservedWords = new Set(["true", "false", "null", "~", "yes", "no", "on", "off", "nan", "inf", "-inf"]);
const numberOrDate = /^[-+]?\d+(?:_\d+)*(?:\.?\d+)?$|^\d{4}-\d{2}-\d{2}(?:[tT ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * The flow style Kubernetes calls KYAML: texts in double quotes, keys bare unless they could be read as something else.
 * @param multi an array becomes one document an entry
 * @param perLine one entry a line (default: `__flags.YAML.perEntryNewLine`)
 */
export function toKyaml(
  value: unknown,
  multi?: boolean,
  _sanitize?: boolean,
  _colour?: boolean,
  perLine?: boolean,
): string {
  const flags = jobScope.__flags?.YAML ?? {};
  const style = { indent: " ".repeat(flags.indent || 2), perLine: perLine ?? flags.perEntryNewLine ?? true };
  const documents = multi && Array.isArray(value) ? value : [value];
  return documents.map((document) => write(document, "", style)).join("\n---\n");
}

interface Style {
  indent: string;
  perLine: boolean;
}

function write(value: any, margin: string, style: Style): string {
  if (value === null || value === undefined) return "null";
  if (isDate(value)) return quoted(value.toISOString());
  if (typeof value === "string") return quoted(value);
  if (typeof value === "boolean" || isNumber(value)) return String(value);
  const inside = margin + style.indent;
  if (Array.isArray(value)) {
    const entries = value.map((entry) => write(entry, inside, style));
    return enclosed("[", "]", entries, margin, style);
  }
  if (!isMap(value) && !(value instanceof Map)) return quoted(String(value));
  const pairs: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  const entries = pairs.map(
    ([key, entry]) => `${isAmbiguous(key) ? quoted(key) : key}: ${write(entry, inside, style)}`,
  );
  return enclosed("{", "}", entries, margin, style);
}

function enclosed(open: string, close: string, entries: string[], margin: string, style: Style): string {
  if (entries.length === 0) return open + close;
  if (!style.perLine) return `${open} ${entries.join(", ")} ${close}`;
  const inside = margin + style.indent;
  return `${open}\n${inside}${entries.join(`,\n${inside}`)}\n${margin}${close}`;
}

function isAmbiguous(key: string): boolean {
  if (key === "" || reservedWords.has(key.toLowerCase()) || numberOrDate.test(key)) return true;
  return /^[-?&*!|>'"%@`]|[:#{}[\],\s]|[^\x20-\x7e]/.test(key);
}

function quoted(text: string): string {
  const escaped = text.replace(/\\/g, "\\\\").replace(/"/g, '\\"');
  return `"${escaped.replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t")}"`;
}
