import { describe, type Outcome } from "./matrix-part.js";
import type { NodeLine } from "./node-lines.js";

/** One part on one version of Node. */
export interface Row extends Outcome {
  node: NodeLine;
  part: string;
}

/** Outcomes, one line per part. */
export function outcomeTable(rows: readonly Row[]): string {
  return table(
    ["Node", "part", "outcome", "s"],
    rows.map(({ node, part, counts, seconds }) => [node.version, part, describe(counts), seconds.toFixed(0)]),
  );
}

/** One line per version of Node: tests and speed side by side. */
export function figuresTable(rows: readonly Row[]): string {
  const versions = [...new Set(rows.map(({ node }) => node.version))];
  const lines = versions.map((version) => {
    const of = (...parts: string[]): Row | undefined =>
      rows.find(({ node, part }) => node.version === version && parts.includes(part));
    const tests = (...parts: string[]): string => {
      const row = of(...parts);
      return row === undefined ? "" : `${row.counts.passed} of ${row.counts.passed + row.counts.failed}`;
    };
    const hot = of("hot", "quick")?.figures;
    const speed =
      hot === undefined
        ? ["", "", "", "", ""]
        : [
            `${hot.retirements} in ${hot.runs} runs`,
            hot.toFloor.toFixed(2),
            `${hot.p50.toFixed(2)} ms`,
            `${hot.readyMs.toFixed(0)} ms`,
            `${hot.coldMs.toFixed(0)} ms`,
          ];
    return [version, tests("suite", "differing"), tests("conformance"), tests("leaks"), tests("package"), ...speed];
  });
  const head = [
    "Node",
    "suite",
    "conformance",
    "leak suite",
    "package",
    "retirements",
    "runs/s ÷ piscina floor",
    "p50",
  ];
  return table([...head, "READY", "cold exec"], lines);
}

function table(head: string[], lines: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...lines.map(line)].join("\n");
}
