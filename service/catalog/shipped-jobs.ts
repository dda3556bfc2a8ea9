import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Folder of the jobs that every node ships: `run/` of the package, beside the sources or the compiled program. */
export const shippedJobs: string | undefined = ["../../run", "../../../run"]
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(`${folder}/rojob`));
