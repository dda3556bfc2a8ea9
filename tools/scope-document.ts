/** Writes docs/openaf-scope.md from the code: the names of the scope, absent and different ones, and the packs. */
import { readFileSync } from "node:fs";

const differences = new URL("../service/runtime/scope/differs.txt", import.meta.url);

interface Bundle {
  /** Name of the scope → family that gives it; `!` for what is known to be absent. */
  scopeNames(): Promise<Map<string, string>>;
  packJobs(): Promise<{ file: string; job: string; shortcut?: string }[]>;
}

/** The bundle of the runtime, for the names of its functions. */
export async function runtimeBundle(): Promise<Bundle> {
  return (await import(new URL("./runtime-bundle.mjs", import.meta.url).href)) as Bundle;
}

/** The whole document. @throws Error if differs.txt names an unknown function */
export async function scopeDocument(): Promise<string> {
  const { scopeNames, packJobs } = await runtimeBundle();
  const names = await scopeNames();
  const differs = readDifferences(names);
  const rows = [...names.keys()].sort(byName).map((name) => {
    const isAbsent = names.get(name) === "!";
    const note = differs.get(name);
    return { name, status: isAbsent ? "needs `ENGINE=openaf`" : note === undefined ? "supported" : `differs: ${note}` };
  });
  const sections = new Map<string, typeof rows>();
  for (const row of rows) sections.set(sectionOf(row.name), [...(sections.get(sectionOf(row.name)) ?? []), row]);
  const count = (start: string): number => rows.filter(({ status }) => status.startsWith(start)).length;
  const parts = [...sections]
    .sort(([a], [b]) => byName(a, b))
    .map(
      ([title, list]) =>
        `## ${title}\n\n| function | status |\n|---|---|\n${list.map(({ name, status }) => `| \`${name}\` | ${status} |`).join("\n")}\n`,
    );
  return `${intro(rows.length, count("supported"), count("differs"), count("needs"))}\n${packs(await packJobs())}\n${parts.join("\n")}`;
}

function intro(all: number, supported: number, differing: number, absent: number): string {
  return `# The OpenAF functions of the embedded engine

Generated from the code by \`npm run generate\`; do not edit by hand.

Of ${all} names, ${supported} are supported, ${differing} differ as noted, and ${absent} are not available: a call to one of these fails with
\`NAME is not available in the embedded engine\`. Jobs that need them run with \`ENGINE=openaf\`.
`;
}

/** The job files that can be included without their pack. */
function packs(jobs: Awaited<ReturnType<Bundle["packJobs"]>>): string {
  const rows = [...new Set(jobs.map(({ file }) => file))].map((file) => {
    const names = jobs
      .filter((one) => one.file === file)
      .map(({ job, shortcut }) => (shortcut === undefined ? job : `${job} \`(${shortcut})\``));
    return `| \`${file}\` | ${names.join(", ")} |`;
  });
  return `## Job files of shared packs

These files can be included without the pack \`oJob-common\`; its other files are refused by name.

| file | jobs (and their shortcuts) |
|---|---|
${rows.join("\n")}
`;
}

/** `ow.format.round` belongs to ow.format, `io.cp` to io, `print` to the globals. */
function sectionOf(name: string): string {
  const parts = name.split(".");
  if (parts.length === 1) return "Globals";
  return parts[0] === "ow" && parts.length > 2 ? `ow.${parts[1]}` : parts[0]!;
}

function byName(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : a < b ? -1 : 1;
}

function readDifferences(names: Map<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of readFileSync(differences, "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf(": ");
    const name = line.slice(0, at);
    if (!names.has(name) || names.get(name) === "!")
      throw new Error(`service/runtime/scope/differs.txt: '${name}' is not a function of the scope`);
    found.set(name, line.slice(at + 2).replaceAll("|", "\\|"));
  }
  return found;
}
