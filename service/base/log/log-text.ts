/**
 * Turns pino's JSON line into `2026-01-01T00:00:00.000Z INFO message key=value`. Values from a job or a client cannot
 * start a line of their own: control characters are escaped.
 */
export function formatTextLine(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const parts = [String(time), String(level).toUpperCase()];
  if (msg !== undefined) parts.push(escapeControls(String(msg)));
  for (const [key, value] of Object.entries(fields)) parts.push(...formatField(key, value));
  return `${parts.join(" ")}\n`;
}

function formatField(key: string, value: unknown): string[] {
  const name = escapeControls(key);
  if (!isError(value)) return [`${name}=${formatFieldValue(value)}`];
  const stack = typeof value.stack === "string" ? [`stack=${quote(value.stack)}`] : [];
  return [`${name}=${quote(value.message)}`, ...stack];
}

function formatFieldValue(value: unknown): string {
  return typeof value === "string" && /^[^\s"'=\\\p{Cc}]+$/u.test(value) ? value : quote(value);
}

/** Is it the form that pino gives an Error? */
function isError(value: unknown): value is { message: string; stack?: unknown } {
  return typeof value === "object" && value !== null && "type" in value && "message" in value && "stack" in value;
}

function quote(value: unknown): string {
  return escapeControls(JSON.stringify(value));
}

function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) =>
    character === "\n" ? "\\n" : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
