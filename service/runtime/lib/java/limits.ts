import { fileExists } from "../files/info.js";
import { readText } from "../files/text.js";
import { toBytesAbbreviation } from "../format/bytes.js";

/** Limits and use of memory and processors of the control group the process is in (Linux). */

type ReadFile = (file: string) => string;
type FileExists = (file: string) => boolean;

const root = "/sys/fs/cgroup";

/** undefined where there are no control groups */
export function memory(isText = false, read: ReadFile = readText, exists: FileExists = fileExists): unknown {
  let sizes: Record<string, number>;
  const numberIn = (file: string): number => Number(read(`${root}/${file}`).trim());
  if (exists(`${root}/memory`)) {
    const max = numberIn("memory/memory.limit_in_bytes");
    const total = numberIn("memory/memory.max_usage_in_bytes");
    const used = numberIn("memory/memory.usage_in_bytes");
    sizes = { max, total, used, free: total - used };
  } else if (exists(`${root}/memory.stat`)) {
    const machine = 1024 * Number(/^MemTotal:\s*(\d+)/m.exec(read("/proc/meminfo"))?.[1] ?? 0);
    const limit = read(`${root}/memory.max`).trim();
    const total = limit === "max" ? machine : Number(limit);
    const used = numberIn("memory.current");
    sizes = { max: machine, total, used, free: total - used };
  } else return undefined;
  if (!isText) return sizes;
  return Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, toBytesAbbreviation(size)]));
}

/** Lines `name number` as a map. */
const fields = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .trim()
      .split("\n")
      .map((line) => [line.split(" ")[0], Number(line.split(" ")[1])]),
  );

/** undefined where there are no control groups of the first version */
export function processors(read: ReadFile = readText): unknown {
  if (!fileExists(`${root}/cpu`)) return undefined;
  const at = (name: string): string => read(`${root}/cpu/${name}`).trim();
  const numbers = (name: string): number[] => at(name).split(" ").map(Number);
  const share = (part: number, whole: number): string => ((part * 100) / whole).toFixed(2);
  const user = Number(at("cpuacct.usage_user"));
  const usage: Record<string, unknown> = { allSystem: Number(at("cpuacct.usage_sys")), allUser: user };
  for (const [name, file] of [
    ["perCpu", "usage_percpu"],
    ["perCpuSystem", "usage_percpu_sys"],
    ["perCpuUser", "usage_percpu_user"],
  ]) {
    const list = numbers(`cpuacct.${file}`);
    usage[name!] = list;
    usage[`${name}%`] = list.map((part) => share(part, user));
  }
  const { system: kernel = 0, user: ticks = 0 } = fields(at("cpuacct.stat"));
  const quota = Number(at("cpu.cfs_quota_us"));
  const period = Number(at("cpu.cfs_period_us"));
  return {
    usage,
    taskStats: {
      user: ticks,
      kernel,
      "user%": share(ticks, ticks + kernel),
      "kernel%": share(kernel, ticks + kernel),
    },
    throttling: fields(at("cpu.stat")),
    quota: { quota, period, limit: quota === -1 ? "unlimited" : quota / period },
  };
}
