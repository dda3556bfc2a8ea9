import { decode, encode, toHost } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";
import { fromYaml } from "../data/yaml.js";
import { readText, writeText } from "../files/text.js";
import { toBytesAbbreviation } from "../format/bytes.js";
import { merge } from "../maps/merge.js";
import { addressOf, nameOfAddress } from "../net/addresses.js";
import { addressType } from "../net/net.js";
import { BytesInput, InputStream } from "../streams/input.js";
import { machine } from "../system/system.js";
import { readIni } from "../text/ini.js";
import { Properties } from "./collections.js";
import { System } from "./lang.js";

/** The part of `ow.java` that needs no Java: memory, digests, properties, INI files, facts of Linux. */

type ReadFile = (file: string) => string;

/** @param isText sizes as texts with their unit */
export function memory(isText = false): Record<string, unknown> {
  const { heapMax: max, heapTotal: total, heapUsed: used } = machine();
  const sizes: Record<string, number> = { max, total, used, free: total - used };
  if (!isText) return sizes;
  return Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, toBytesAbbreviation(size)]));
}

/** Digest algorithms, as Java names them. */
const algorithms = ["MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-384", "SHA3-512"];

export function digest(algorithm: string, data: unknown): string {
  const bytes =
    data instanceof InputStream ? data.all() : ArrayBuffer.isView(data) ? toHost(data) : encode(String(data));
  return decode(world.host.bytes.digest(algorithm.toLowerCase().replace(/^sha-/, "sha"), bytes), "hex");
}

/** @param expected `algorithm:hexadecimal` */
export function checkDigest(expected: string, data: unknown): boolean {
  const [algorithm = "", ...rest] = expected.split(":");
  return digest(algorithm, data) === rest.join(":");
}

export function uptime(read: ReadFile = readText): Record<string, unknown> {
  const [up = "0", idle = "0"] = read("/proc/uptime").trim().split(" ");
  return { uptime: up, idle, "idle%": (Number(idle) / Number(up)).toFixed(2) };
}

export function cpuInfo(read: ReadFile = readText): unknown {
  const info = fromYaml(read("/proc/cpuinfo").trim().replace(/^$/gm, "---"));
  for (const name of ["flags", "bugs"]) if (typeof info[name] === "string") info[name] = info[name].trim().split(" ");
  return info;
}

/** Reads and writes INI files: sections are maps, `[.name]` goes on below the section before. */
export function ini() {
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
      data = merge(data, readIni(text));
      return chain;
    },
    loadFile: (file: string) => chain.load(readText(file)),
    get: () => data,
    put: (map: Record<string, any>) => {
      data = map;
      return chain;
    },
    save: () => iniText(data),
    saveFile: (file: string) => writeText(file, chain.save()),
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

export const gc = () => undefined;

export const getSystemProperties = () => System.getProperties();

export const getClassPath = () => "";

export const getInputArguments = () => [];

export const getDigestAlgs = () => algorithms.map((algorithm) => ({ provider: "rojob", algorithm }));

export const getHost2IP = (name: string) => addressOf(String(name));

export const getIP2Host = (address: string) => nameOfAddress(String(address));

export const getAddressType = (text: string) => addressType(text);
