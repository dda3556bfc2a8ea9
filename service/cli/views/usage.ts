import type { HelpSection, OJobDocument } from "../../runtime/ojob/model/shapes.js";

/** The help of a file: its `help` section, else that of its job named `Help`. */
export function helpOf(document: OJobDocument): HelpSection {
  if (document.help !== undefined && document.help !== null && Object.keys(document.help).length > 0)
    return document.help;
  const job = Array.isArray(document.jobs) ? document.jobs.find((one) => one?.name === "Help") : undefined;
  return typeof job?.help === "string" ? { text: job.help } : (job?.help ?? {});
}

/** The arguments a file expects, without those that have no name. */
export function expectsOf(help: HelpSection): NonNullable<HelpSection["expects"]> {
  return Array.isArray(help.expects) ? help.expects.filter((one) => typeof one?.name === "string") : [];
}

/** The usage of a file: its text, its arguments and an example. */
export function usageText(help: HelpSection, file: string): string {
  const expects = expectsOf(help);
  const words = expects.map(({ name, mandatory }) => (mandatory ? `${name}=…` : `[${name}=…]`));
  const lines = [`Usage: ${["rojob exec", quoted(file), ...words].join(" ")}`];
  if (help.text !== undefined) lines.unshift(String(help.text).trimEnd(), "");
  const width = Math.max(0, ...expects.map(({ name }) => name.length));
  if (expects.length > 0) lines.push("");
  for (const { name, desc, mandatory } of expects)
    lines.push(` ${mandatory ? "*" : " "} ${name.padEnd(width)}  ${desc ?? ""}`.trimEnd());
  if (expects.some(({ mandatory }) => mandatory)) lines.push("", "* required");
  const samples = expects.filter(({ mandatory, example }) => mandatory && example !== undefined);
  if (samples.length > 0) {
    const given = samples.map(({ name, example }) => quoted(`${name}=${example}`));
    lines.push("", `Example: ${["rojob exec", quoted(file), ...given].join(" ")}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Quotes a text as one word of a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
