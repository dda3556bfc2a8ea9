import { decode, encode, toHost } from "../java/bytes.js";
import { Properties } from "../java/collections.js";
import { System } from "../java/lang.js";
import { addressOf, nameOfAddress } from "../net/addresses.js";
import { BytesInput, InputStream } from "../streams/input.js";
import { readIni } from "../text/ini.js";
import { globals, world } from "../world.js";
import { readText } from "./io-text.js";
import { machine } from "./system.js";
import { fromYaml } from "./yaml.js";

/** The part of `ow.java` that needs no Java: memory, digests, properties, INI files, facts of Linux. */

type ReadFile = (file: string) => string;

/** @param isText sizes as texts with their unit */
function memory(isText = false): Record<string, unknown> {
  const { heapMax: max, heapTotal: total, heapUsed: used } = machine();
  const sizes: Record<string, number> = { max, total, used, free: total - used };
  if (!isText) return sizes;
  return Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [name, globals.ow.format.toBytesAbbreviation(size)]),
  );
}

/** Digest algorithms, as Java names them. */
const algorithms = ["MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-384", "SHA3-512"];

function digest(algorithm: string, data: unknown): string {
  const bytes =
    data instanceof InputStream ? data.all() : ArrayBuffer.isView(data) ? toHost(data) : encode(String(data));
  return decode(world.host.bytes.digest(algorithm.toLowerCase().replace(/^sha-/, "sha"), bytes), "hex");
}

/** @param expected `algorithm:hexadecimal` */
function checkDigest(expected: string, data: unknown): boolean {
  const [algorithm = "", ...rest] = expected.split(":");
  return digest(algorithm, data) === rest.join(":");
}

function uptime(read: ReadFile = readText): Record<string, unknown> {
  const [up = "0", idle = "0"] = read("/proc/uptime").trim().split(" ");
  return { uptime: up, idle, "idle%": (Number(idle) / Number(up)).toFixed(2) };
}

function cpuInfo(read: ReadFile = readText): unknown {
  const info = fromYaml(read("/proc/cpuinfo").trim().replace(/^$/gm, "---"));
  for (const name of ["flags", "bugs"]) if (typeof info[name] === "string") info[name] = info[name].trim().split(" ");
  return info;
}

/** Reads and writes INI files: sections are maps, `[.name]` goes on below the section before. */
function ini() {
  let data: Record<string, any> = {};
  const chain = {
    readProperties: (text: string) => {
      const properties = new Properties();
      properties.load(new BytesInput(encode(text)));
      const map: Record<string, unknown> = {};
      properties.forEach((name, value) => {
        map[String(name)] = readIni(`${name}=${value}`)[String(name)];
      });
      return map;
    },
    load: (text: string) => {
      data = globals.merge(data, readIni(text));
      return chain;
    },
    loadFile: (file: string) => chain.load(readText(file)),
    get: () => data,
    put: (map: Record<string, any>) => {
      data = map;
      return chain;
    },
    save: () => iniText(data),
    saveFile: (file: string) => globals.io.writeFileString(file, chain.save()),
  };
  return chain;
}

function iniText(data: Record<string, any>): string {
  const sections = new Map<string, string[]>();
  const collect = (map: Record<string, any>, path: string): void => {
    for (const [key, value] of Object.entries(map)) {
      if (value !== null && typeof value === "object") collect(value, path === "" ? key : `${path}.${key}`);
      else sections.set(path, [...(sections.get(path) ?? []), `${key}=${value}\n`]);
    }
  };
  collect(data, "");
  const names = [...sections.keys()].sort();
  return names.map((name) => (name === "" ? "" : `[${name}]\n`) + sections.get(name)!.join("")).join("\n");
}

export const scope = {
  "ow.java.getMemory": memory,
  "ow.java.gc": () => undefined,
  "ow.java.getSystemProperties": () => System.getProperties(),
  "ow.java.getClassPath": () => "",
  "ow.java.getInputArguments": () => [],
  "ow.java.getLibraryPath": () => "",
  "ow.java.getDigestAlgs": () => algorithms.map((algorithm) => ({ provider: "rojob", algorithm })),
  "ow.java.digestAsHex": digest,
  "ow.java.checkDigest": checkDigest,
  "ow.java.getLinuxUptime": uptime,
  "ow.java.getLinuxCPUInfo": cpuInfo,
  "ow.java.getHost2IP": (name: string) => addressOf(String(name)),
  "ow.java.getIP2Host": (address: string) => nameOfAddress(String(address)),
  "ow.java.getAddressType": (text: string) => globals.ow.net.getAddressType(text),
  "ow.java.ini": ini,
};
