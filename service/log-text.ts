/**
 * Turns pino's JSON line into `2026-01-01T00:00:00.000Z INFO message key=value`. What a job or a client put into an
 * event cannot start a line of its own: control characters are escaped.
 */
export function formatTextLine(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const parts = [String(time), String(level).toUpperCase()];
  if (msg !== undefined) parts.push(escapeControls(String(msg)));
  for (const [key, value] of Object.entries(fields)) parts.push(...formatField(key, value));
  return `${parts.join(" ")}\n`;
}

function formatField(key: string, value: unknown): string[] {
  if (isError(value)) {
    const stack = value.stack === undefined ? [] : [`stack=${JSON.stringify(value.stack)}`];
    return [`${key}=${JSON.stringify(value.message)}`, ...stack];
  }
  return [`${escapeControls(key)}=${formatFieldValue(value)}`];
}

function formatFieldValue(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value) ?? "undefined";
  return /^[^\s"'=\\\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}

function isError(value: unknown): value is { message: string; stack?: string } {
  return typeof value === "object" && value !== null && "message" in value && "type" in value && "stack" in value;
}

function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => JSON.stringify(character).slice(1, -1));
}
