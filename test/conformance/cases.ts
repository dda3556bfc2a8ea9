import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Result of the reference engine (see cases/README.md). */
export interface Expectation {
  result?: unknown;
  stdout: string;
  errors?: { name: string; error: string[] }[];
  exitCode: number;
  exception?: string;
  noResult?: boolean;
}

export interface Case {
  name: string;
  /** Folder relative to the root that was searched. */
  folder: string;
  /** Absolute path of the oJob. */
  file: string;
  args: Record<string, unknown>;
  expected: Expectation;
  /** Its first lines say that it records an accident of the reference. */
  isQuirk: boolean;
  /** A program it needs and this machine lacks. */
  missingTool?: string;
}

const tools = ["python3", "perl", "curl", "gzip", "tar"];
const missing = tools.filter(
  (tool) => !(process.env.PATH ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, tool))),
);

/** All cases below `root`, in order of their names. */
export function findCases(root: string): Case[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml") && existsSync(path.join(root, name.replace(/\.yaml$/, ".expected.json"))))
    .sort()
    .map((name) => readCase(root, name));
}

function readCase(root: string, name: string): Case {
  const file = path.join(root, name);
  const text = readFileSync(file, "utf8");
  const base = file.replace(/\.yaml$/, "");
  const args = existsSync(`${base}.args.json`) ? JSON.parse(readFileSync(`${base}.args.json`, "utf8")) : {};
  return {
    name: path.basename(base),
    folder: path.dirname(name) === "." ? path.basename(root) : path.dirname(name),
    file,
    args,
    expected: JSON.parse(readFileSync(`${base}.expected.json`, "utf8")) as Expectation,
    isQuirk: /^(#.*\n)*# reference quirk/i.test(text),
    missingTool: missing.find((tool) => new RegExp(`\\b${tool.replace("3", "3?")}\\b`).test(text)),
  };
}
