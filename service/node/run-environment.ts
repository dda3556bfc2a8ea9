import { type OptionName, optionNames, optionSpec } from "../config/index.js";

/** The node's environment variables without those that a job must not see: its secrets, and the files of them. */
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
