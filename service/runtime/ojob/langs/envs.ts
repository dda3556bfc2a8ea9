import { world } from "../../world.js";
import { isContainer } from "../traverse.js";

/**
 * Environment variables for code of another language: those of the run, and every scalar of `args` as text.
 * Keys are joined by `_`, indexes of lists count from 1: `info_city`, `list_1`, `a_list_2_x`.
 */
export function envsOf(args: any): Record<string, string> {
  const envs = JSON.parse(world.host.process.envs()) as Record<string, string>;
  add(envs, "", args);
  return envs;
}

function add(envs: Record<string, string>, prefix: string, value: any): void {
  const isList = Array.isArray(value);
  for (const key of Object.keys(value)) {
    const member = value[key];
    const name = prefix + (isList ? String(Number(key) + 1) : key.replaceAll(".", "_"));
    if (isContainer(member)) add(envs, `${name}_`, member);
    else if (!name.includes("\0") && name !== "" && !name.includes("="))
      envs[name] = String(member).replaceAll("\0", "");
  }
}
