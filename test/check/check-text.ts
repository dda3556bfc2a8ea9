import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { checkFile, createWorkspace, type FileReport } from "../../service/check/index.js";

/** Checks one job file in a folder with others. Its name is `main.yaml` unless `files` has another first. */
export async function checkText(
  text: string,
  { files = {}, env = { PATH: process.env.PATH ?? "" }, name = "main.yaml" }: CheckOptions = {},
): Promise<FileReport> {
  const folder = mkdtempSync(join(tmpdir(), "rojob-check-"));
  try {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    const workspace = await createWorkspace({ cwd: folder, env, runFolder: join(folder, "run") });
    try {
      return checkFile(text, name, workspace);
    } finally {
      workspace.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface CheckOptions {
  files?: Record<string, string>;
  env?: Record<string, string>;
  name?: string;
}

/** Its findings as `severity line:column message`. */
export function told({ findings }: FileReport): string[] {
  return findings.map(
    ({ severity, line, column, message }) => `${severity} ${line ?? "-"}:${column ?? "-"} ${message}`,
  );
}
