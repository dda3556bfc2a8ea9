import { isContainer } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { maySet, noteRefused } from "./env-rules.js";

type Texts = Record<string, string>;

/**
 * Environment variables for code of another language: those of the run, and every scalar of `args` as text.
 * Keys are joined by `_`, indexes of lists count from 1: `info_city`, `list_1`, `a_list_2_x`. Names that steer programs
 * are not set from args, see `steering-names.ts`: a caller who may run a job must not choose which other programs it runs.
 */
export function envsOf(args: any): Texts {
  const envs = JSON.parse(world.host.process.envs()) as Texts;
  const refused: string[] = [];
  eachScalar(args, (name, value) => {
    if (maySet(name, value)) envs[name] = value;
    // Variables that the run's environment already has with that value, as from `argsFromEnvs`, change nothing.
    else if (envs[name] !== value && name !== "") refused.push(name);
  });
  noteRefused(refused);
  return envs;
}

/**
 * The variables a job gives to a command, without those that steer programs and were taken from the run's arguments as
 * they are.
 */
export function withoutGivenSteering(envs: Texts): Texts {
  const refused = Object.keys(envs).filter((name) => !maySet(name, envs[name]!));
  if (refused.length === 0) return envs;
  const own = JSON.parse(world.host.process.envs()) as Texts;
  const given = new Map<string, Set<string>>();
  eachScalar(world.request.args, (name, value) => {
    const values = given.get(name);
    if (values === undefined) given.set(name, new Set([value]));
    else values.add(value);
  });
  const left = { ...envs };
  const taken = refused.filter((name) => given.get(name)?.has(envs[name]!) && own[name] !== envs[name]);
  for (const name of taken) delete left[name];
  noteRefused(taken);
  return left;
}

function eachScalar(args: any, take: (name: string, value: string) => void, prefix = ""): void {
  const isList = Array.isArray(args);
  for (const key of Object.keys(args)) {
    const member = args[key];
    const name = prefix + (isList ? String(Number(key) + 1) : key.replaceAll(".", "_"));
    if (isContainer(member)) eachScalar(member, take, `${name}_`);
    else take(name, String(member));
  }
}
