import { jobScope } from "../../base/job-scope.js";
import { toBoolean } from "../../base/values/types.js";
import { merge } from "../../lib/maps/merge.js";
import type { JobEngine } from "../model/port.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { quiet, same } from "./shortcut.js";

const plainSigns = { checkpoint: "@", assert: "#", print: "?", error: "!" };
const emoticons = { checkpoint: "🍺", assert: "👍", print: "🔎", error: "😡" };

const look = same("lineColor textColor theme emoticons signs includeTime");

/** `ojob job debug`: makes special comments of jobs print when they run. */
export const jobDebug: Builtin = {
  name: "ojob job debug",
  precedence: 180,
  shortcuts: [quiet("jobdebug", "job", look), quiet("jobsdebug", "jobs", look)],
  typeArgs: { noLog: true },
  check: {
    job: "isString.default(__)",
    jobs: "isArray.default([])",
    lineColor: 'isString.default("FG(220)")',
    textColor: 'isString.default("BG(230),BLACK")',
    lineError: 'isString.default("FG(220)")',
    textError: 'isString.default("BG(196),FG(255),BOLD")',
    theme: 'isString.default("doubleLineBothSides")',
    emoticons: "toBoolean.isBoolean.default(true)",
    signs: "isMap.default(__)",
    includeTime: "toBoolean.isBoolean.default(false)",
  },
  exec(args, _job, _id, engine) {
    if (toBoolean(jobScope.getEnv("OJOB_DEBUG") ?? true) === false) return;
    const signs = merge(args.emoticons ? emoticons : plainSigns, args.signs);
    for (const key of Object.keys(signs))
      if (typeof signs[key] === "number") signs[key] = String.fromCodePoint(signs[key]);
    for (const name of namesOf(args, engine)) instrument(name, { ...args, signs }, engine);
  },
};

function namesOf(args: AnyMap, engine: JobEngine): string[] {
  if (args.jobs.length > 0) return args.jobs;
  if (args.job !== undefined) return [args.job];
  return engine.jobNames().filter((name) => !name.startsWith("ojob "));
}

/** @throws text when there is no such job */
function instrument(name: string, settings: AnyMap, engine: JobEngine): void {
  const job = engine.findJob(name);
  if (job === undefined) throw `Job '${name}' not found.`;
  if (!["oaf", "js", "javascript", undefined].includes(job.typeArgs?.lang)) return;
  // Line by line: the places of errors stay what they are.
  const pieces = engine.codeOf(job).map((piece) => ({
    ...piece,
    text: piece.text
      .split("\n")
      .map((line) => instrumented(line, settings))
      .join("\n"),
  }));
  engine.setCode(job, pieces);
}

function instrumented(line: string, settings: AnyMap): string {
  const found = /\/\/(@|#|\?[sy]?) (.+)$/.exec(line);
  if (found === null) return line;
  const [comment, kind, written] = found as unknown as [string, string, string];
  const { signs } = settings;
  const text = written.trim();
  const code =
    kind === "@"
      ? shown(JSON.stringify(`${signs.checkpoint} ${text}`), settings)
      : kind === "#"
        ? shown(JSON.stringify(`${signs.assert} ${text}`), settings, text)
        : shown(`${JSON.stringify(`${signs.print} ${text} = `)} + ${valueCode(kind, text)}`, settings);
  return line.slice(0, line.length - comment.length) + code;
}

function valueCode(kind: string, expression: string): string {
  if (kind === "?s") return `af.toSLON(${expression})`;
  return kind === "?y" ? `af.toYAML(${expression})` : `stringify(${expression})`;
}

/** Code that prints a text in a frame, if `condition` holds; what fails in it is printed too. */
function shown(text: string, settings: AnyMap, condition?: string): string {
  const time = settings.includeTime ? `(new Date()).toISOString() + " | " + ` : "";
  const framed = (value: string, line: string, colour: string): string =>
    `print(ow.format.withSideLine(${time}${value}, __, ${JSON.stringify(line)}, ${JSON.stringify(colour)}, ` +
    `ow.format.withSideLineThemes()[${JSON.stringify(settings.theme)}]))`;
  const failed = `${JSON.stringify(`${settings.signs.error} `)} + __error`;
  return (
    `;try { ${condition === undefined ? "" : `if (${condition}) `}${framed(text, settings.lineColor, settings.textColor)} } ` +
    `catch (__error) { ${framed(failed, settings.lineError, settings.textError)} };`
  );
}
