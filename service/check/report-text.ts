import type { FileReport } from "./check-file.js";
import type { Finding } from "./finding.js";

/** The report on one file for users: a line with the verdict, and one for each finding, in columns. */
export function reportText({ file, runs, findings }: FileReport): string {
  const head = runs ? (findings.length === 0 ? "ok" : "runs here") : "cannot run here";
  if (findings.length === 0) return `${file}: ${head}\n`;
  const rows = findings.map((one) => [placeText(one, file), one.severity, one.message] as const);
  const placeWidth = Math.max(...rows.map(([place]) => place.length));
  const lines = rows.map(([place, severity, message]) =>
    `  ${place.padEnd(placeWidth)}  ${severity.padEnd(7)}  ${message.replaceAll("\n", " ")}`.trimEnd(),
  );
  return `${file}: ${head}\n${lines.join("\n")}\n`;
}

/** Line and column; with the name of the file when it is another. */
function placeText({ file, line, column }: Finding, own: string): string {
  const place = [line, column].filter((one) => one !== undefined).join(":");
  if (file === own) return place === "" ? "-" : place;
  return place === "" ? file : `${file}:${place}`;
}
