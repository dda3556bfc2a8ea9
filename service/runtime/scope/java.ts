import { ArrayList, HashMap, Properties } from "../java/collections.js";
import { File } from "../java/file.js";
import { IOUtils, PipedInput, PipedOutput, Reader, TarInput } from "../java/io.js";
import { numbers, Runtime, System, Thread } from "../java/lang.js";
import * as net from "../java/net.js";
import { JavaString, StringBuilder } from "../java/strings.js";
import * as util from "../java/util.js";
import { FileInput, FileOutput, GunzipInput, GzipOutput } from "../streams/files.js";
import { BytesInput } from "../streams/input.js";
import { BytesOutput } from "../streams/output.js";
import { RandomAccessFile } from "../streams/random-access.js";
import { globals } from "../world.js";
import { decryptIfPossible } from "./crypto.js";

/**
 * Small stand-ins for the Java classes job code reaches for. They can be called with and without `new`, as in OpenAF;
 * those that matter less are absent and say so.
 */

type Class = abstract new (...args: any[]) => object;

/** Lets a class be constructed without `new`. */
function java<T extends Class>(made: () => T): T {
  return new Proxy(function javaClass() {} as unknown as T, {
    construct: (_target, args) => Reflect.construct(made(), args),
    apply: (_target, _self, args) => Reflect.construct(made(), args),
    get: (_target, key) => (made() as any)[key],
    has: (_target, key) => key in made(),
    getPrototypeOf: () => Object.getPrototypeOf(made()),
  });
}

/** Any name below `Packages`: what is there, or something that says that it is not as soon as it is used. */
function packageAt(path: string, there: unknown): unknown {
  if (there !== undefined && typeof there !== "object") return there;
  const absent = (): never => {
    throw new Error(`${path} is not available in the embedded engine`);
  };
  return new Proxy(function javaPackage() {}, {
    get: (_target, key) =>
      typeof key === "symbol" ? undefined : packageAt(path === "" ? key : `${path}.${key}`, (there as any)?.[key]),
    apply: absent,
    construct: absent,
  });
}

export const scope = {
  "java.lang.System": System,
  "java.lang.Runtime": Runtime,
  "java.lang.Thread": Thread,
  "java.lang.Math": Math,
  "java.lang.String": java(() => JavaString),
  "java.lang.StringBuilder": java(() => StringBuilder),
  "java.lang.StringBuffer": java(() => StringBuilder),
  get "java.lang.Byte"() {
    return numbers.Byte;
  },
  get "java.lang.Short"() {
    return numbers.Short;
  },
  get "java.lang.Integer"() {
    return numbers.Integer;
  },
  get "java.lang.Long"() {
    return numbers.Long;
  },
  get "java.lang.Float"() {
    return numbers.Float;
  },
  get "java.lang.Double"() {
    return numbers.Double;
  },
  "java.lang.Boolean": {
    TRUE: true,
    FALSE: false,
    parseBoolean: (text: unknown) => String(text).toLowerCase() === "true",
  },
  "java.io.File": java(() => File),
  "java.io.FileInputStream": java(() => FileInput),
  "java.io.FileOutputStream": java(() => FileOutput),
  "java.io.ByteArrayInputStream": java(() => BytesInput),
  "java.io.ByteArrayOutputStream": java(() => BytesOutput),
  "java.io.PipedInputStream": java(() => PipedInput),
  "java.io.PipedOutputStream": java(() => PipedOutput),
  "java.io.RandomAccessFile": java(() => RandomAccessFile),
  "java.io.FileReader": java(() => Reader),
  "java.io.BufferedReader": java(() => Reader),
  "java.io.InputStreamReader": java(() => Reader),
  "java.net.URI": java(() => net.Uri),
  "java.net.URL": java(() => net.Url),
  "java.net.InetAddress": java(() => net.InetAddress as unknown as Class),
  "java.net.InetSocketAddress": java(() => net.InetSocketAddress),
  "java.net.Socket": java(() => net.Socket),
  "java.net.ServerSocket": java(() => net.ServerSocket),
  get "java.net.URLEncoder"() {
    return net.URLEncoder;
  },
  get "java.net.URLDecoder"() {
    return net.URLDecoder;
  },
  "java.util.Date": java(() => util.JavaDate),
  "java.util.Random": java(() => util.Random),
  get "java.util.UUID"() {
    return util.UUID;
  },
  get "java.util.Base64"() {
    return util.Base64;
  },
  get "java.util.TimeZone"() {
    return util.TimeZone;
  },
  "java.util.Locale": java(() => util.Locale),
  "java.util.HashMap": java(() => HashMap),
  "java.util.LinkedHashMap": java(() => HashMap),
  "java.util.TreeMap": java(() => HashMap),
  "java.util.concurrent.ConcurrentHashMap": java(() => HashMap),
  "java.util.ArrayList": java(() => ArrayList),
  "java.util.LinkedList": java(() => ArrayList),
  "java.util.Properties": java(() => Properties),
  get "java.util.concurrent.TimeUnit"() {
    return util.TimeUnit;
  },
  "java.util.zip.GZIPInputStream": java(() => GunzipInput),
  "java.util.zip.GZIPOutputStream": java(() => GzipOutput),
  "java.text.SimpleDateFormat": java(() => util.SimpleDateFormat),
  "java.security.SecureRandom": java(() => util.SecureRandom),
  "java.security.MessageDigest": { getInstance: (name: unknown) => util.MessageDigest.getInstance(name) },
  "org.apache.commons.compress.archivers.tar.TarArchiveInputStream": java(() => TarInput),
  get "org.apache.commons.io.IOUtils"() {
    return IOUtils;
  },
  "openaf.AFCmdBase.afc": { dIP: decryptIfPossible },
  get Packages() {
    return packageAt("", globals);
  },
};
