import { type OptionName, optionNames, optionSpec } from "../config/index.js";

/** The node's environment variables without what a job must not see: its secrets, and the files they are in. */
export function environmentOfRuns(): Record<string, string | undefined> {
  const env = { ...process.env };
  for (const name of optionNames as readonly OptionName[]) {
    if (!optionSpec(name).secret) continue;
    delete env[name];
    delete env[`${name}_FILE`];
  }
  delete env.ROJOB_APIKEY;
  return env;
}
