import { readFileSync } from "node:fs";
import type { SetupPlan } from "./setup-plan.js";

/** Paths of the sample, relative to the source and to the compiled program. */
const PLACES = ["../../../clients/python/rojob.py.sample", "../../../../clients/python/rojob.py.sample"];

/** The Python client, with the URL and the key of these nodes. */
export function pythonClient({ url, apiKey = "" }: SetupPlan): string {
  const sample = readSample();
  const filled = sample
    .replace(/^URL( *)= .*$/m, (_line, space) => `URL${space}= ${JSON.stringify(url)}`)
    .replace(/^APIKEY( *)= .*$/m, (_line, space) => `APIKEY${space}= ${JSON.stringify(apiKey)}`);
  if (!filled.includes(JSON.stringify(url))) throw new Error("clients/python/rojob.py.sample has no line 'URL = …'");
  return filled;
}

function readSample(): string {
  for (const place of PLACES) {
    try {
      return readFileSync(new URL(place, import.meta.url), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error("clients/python/rojob.py.sample of rojob is missing: install it again");
}
