import { resolve } from "node:path";
import { type Command, exitCodes, UsageError } from "../command.js";
import { type FlagSpecs, readFlags } from "../flags.js";

const flags = {
  json: { help: "one JSON object: files (file, runs, findings, missing) and summary" },
  summary: { help: "only count the files that can run, and why the others cannot" },
} as const satisfies FlagSpecs;

/** `rojob check`: reports whether job files can run here, without running any of their code. */
export const command: Command = {
  name: "check",
  group: "files",
  summary: "check whether oJob files can run here, without running them",
  usage: ["FILE|FOLDER… [--json] [--summary]"],
  about: `Reports, without running anything, what would keep job files from running here: text and code that cannot be parsed,
jobs and includes that do not exist, missing languages and packages, OpenAF functions that the embedded engine lacks.
Names in include are looked up in the working folder, then in the run folder (RUN, default run).`,
  terms: { FILE: "a job file (YAML or JSON)", FOLDER: "a folder: all job files below it" },
  flags,
  closing: "The exit code is 1 if a file cannot run here.",
  examples: ["rojob check hello.yaml", "rojob check --summary jobs"],

  async run(argv) {
    const { paths, isJson, isSummary } = readArguments(argv);
    const { checkFile, createWorkspace, expandPaths, isJobFile, reportText, summaryOf, summaryText } = await import(
      "../../check/index.js"
    );
    const asked = readPaths(paths, expandPaths);
    const workspace = await createWorkspace({
      cwd: process.cwd(),
      env: { ...process.env } as Record<string, string>,
      runFolder: resolve(process.env.RUN || "run"),
    });
    try {
      const wanted = asked.filter(({ file, text, isNamed }) => isNamed || isJobFile(workspace.unit(text, file)));
      const reports = wanted.map(({ file, text }) => checkFile(text, file, workspace));
      const summary = summaryOf(reports, asked.length - wanted.length);
      if (isJson) {
        const answer = isSummary ? summary : { files: reports, summary };
        process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
      } else {
        if (!isSummary) for (const report of reports) process.stdout.write(reportText(report));
        if (isSummary || reports.length > 1)
          process.stdout.write(isSummary ? summaryText(summary) : countLine(summary));
      }
      return summary.notRunnable === 0 ? exitCodes.ok : exitCodes.failed;
    } finally {
      workspace.close();
    }
  },
};

function countLine({ files, runnable, notRunnable }: { files: number; runnable: number; notRunnable: number }): string {
  return `\n${files} files: ${runnable} can run here, ${notRunnable} cannot\n`;
}

function readArguments(argv: readonly string[]): { paths: string[]; isJson: boolean; isSummary: boolean } {
  const given = readFlags(argv, flags);
  if (given.words.length === 0) throw new UsageError("FILE or FOLDER is missing: the job files to check");
  return { paths: given.words, isJson: given.has("json"), isSummary: given.has("summary") };
}

function readPaths<T>(paths: string[], expand: (paths: string[]) => T): T {
  try {
    return expand(paths);
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EACCES") throw error;
    throw new UsageError(code === "ENOENT" ? `file or folder ${JSON.stringify(path)} does not exist` : message);
  }
}
