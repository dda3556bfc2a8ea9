import { jobScope } from "../../../base/job-scope.js";
import { isArray, isNumber, isString } from "../../../base/values/types.js";
import { world } from "../../../base/world.js";
import { fromJsSlon } from "../../data/slon.js";
import { getPath, setPath } from "../../maps/sigil/paths.js";
import { $get, $set, $unset } from "../../maps/store.js";
import { pathFunction as fn, type PathFunction } from "./signature.js";

/**
 * Functions OpenAF adds to JMESPath that reach outside the value: names set on the way, further paths, the environment,
 * counters, channels, processes.
 * @param root the object `$path` was called with
 * @param search evaluates another expression with the same functions
 */
export function runFunctions(root: any, search: (value: any, expression: string) => any): Record<string, PathFunction> {
  const locals: Record<string, any> = {};
  return {
    get: fn("string", (path: string) => getPath(locals, path) || getPath(root, path)),
    geta: fn(
      "string number",
      (path: string, index: number) => getPath(locals, path)?.[index] || getPath(root, path)?.[index],
    ),
    set: fn("any string", (value: any, name: string) => {
      setPath(locals, name, value);
      return value;
    }),
    setp: fn("any string string", (value: any, path: string, name: string) => {
      setPath(locals, name, getPath(value, path));
      return value;
    }),
    unset: fn("any string", (value: any, name: string) => {
      $unset(name);
      return value;
    }),
    path: fn("any string", search),
    opath: fn("string", (expression: string) => search(root, expression)),
    assignp: fn("string string any", (owner: string, path: string, value: any) => {
      setPath(search(root, owner), path, value);
      return root;
    }),
    inc: fn("string", (name: string) => counter(name).inc()),
    dec: fn("string", (name: string) => counter(name).dec()),
    getc: fn("string", (name: string) => $get(name).get()),
    env: fn("string", (name: string) => world.host.process.env(name)),
    envs: fn("string", (re: string) => {
      const all: Record<string, string> = JSON.parse(world.host.process.envs());
      const pattern = new RegExp(re);
      return Object.entries(all)
        .filter(([name]) => pattern.test(name))
        .map(([name, value]) => ({ name, value }));
    }),
    ch: fn("string string any any", channel),
    chq: fn("string string number any", channelQueue),
    ojob: guarded("ojob", "string any", (name: string, args: any) =>
      jobScope.oJob(name, isString(args) ? fromJsSlon(args) : args, undefined, undefined, true),
    ),
    sh: guarded("sh", "string string", (command: string, input: string) => jobScope.$sh(command, input).get(0)),
    sh_json: guarded("sh_json", "string string", (command: string, input: string) =>
      jobScope.$sh(command, input).getJson(0),
    ),
    sh_jsslon: guarded("sh_jsslon", "string string", (command: string, input: string) =>
      jobScope.$sh(command, input).getJsSlon(0),
    ),
    sh_yaml: guarded("sh_yaml", "string string", (command: string, input: string) =>
      jobScope.$sh(command, input).getYaml(0),
    ),
  };
}

function guarded(name: string, signature: string, call: (...args: any[]) => any): PathFunction {
  return fn(signature, (...args: any[]) => {
    if (jobScope.__flags?.PATH_SAFE) throw `${name} is disabled due to PATH_SAFE flag`;
    return call(...args);
  });
}

function counter(name: string): any {
  const known = $get(name);
  if (known !== undefined) return known;
  const made = jobScope.$atomic();
  $set(name, made);
  return made;
}

function channel(name: string, operation: string, first: any, second: any): any {
  const one = fromJsSlon(first);
  const two = fromJsSlon(second);
  const ch = jobScope.$ch(name);
  switch (operation) {
    case "set":
      ch.set(one, two);
      return two;
    case "unset":
      ch.unset(one);
      return one;
    case "unsetAll":
      return ch.unsetAll(one, two);
    case "get":
    case "getAll":
    case "getKeys":
      return ch[operation](one);
    case "size":
      return ch.size();
    default:
      return one;
  }
}

/** A channel used as a queue of at most `max` values. */
function channelQueue(name: string, operation: string, max: any, given: any): any {
  const value = fromJsSlon(given);
  const limit = Number(max);
  if (!jobScope.$ch().list().includes(name)) jobScope.$ch(name).create();
  const ch = jobScope.$ch(name);
  let result: any;
  switch (operation) {
    case "push":
    case "add":
      ch.push({ __pathq: jobScope.nowNano(), __pathqu: world.host.bytes.uuid() }, value);
      while (isNumber(limit) && limit >= 0 && ch.size() > limit) ch.shift();
      result = ch.getAll();
      break;
    case "pop":
    case "shift":
    case "size":
      result = ch[operation]();
      break;
    case "get":
    case "all":
      result = ch.getAll();
      break;
    default:
  }
  if (!isArray(result)) return result === undefined ? value : result;
  return result.map((entry) => (entry.value === undefined ? entry : entry.value));
}
