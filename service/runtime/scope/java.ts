import { globals } from "../base/world.js";
import { decryptIfPossible } from "../lib/bytes/crypto.js";
import { ArrayList, HashMap, Properties } from "../lib/java/collections.js";
import { File } from "../lib/java/file.js";
import { IOUtils, PipedInput, PipedOutput, Reader, TarInput } from "../lib/java/io.js";
import { numbers, Runtime, System, Thread } from "../lib/java/lang.js";
import * as net from "../lib/java/net.js";
import { type Class, java, packageAt } from "../lib/java/packages.js";
import { JavaString, StringBuilder } from "../lib/java/strings.js";
import * as util from "../lib/java/util.js";
import { FileInput, FileOutput, GunzipInput, GzipOutput } from "../lib/streams/files.js";
import { BytesInput } from "../lib/streams/input.js";
import { BytesOutput } from "../lib/streams/output.js";
import { RandomAccessFile } from "../lib/streams/random-access.js";

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
