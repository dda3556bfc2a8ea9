import {
  consoleCommands,
  JavaArrayList,
  JavaBoolean,
  JavaByteArrayInputStream,
  JavaByteArrayOutputStream,
  JavaDate,
  JavaFile,
  JavaFileInputStream,
  JavaFileOutputStream,
  JavaFileReader,
  JavaGZIPInputStream,
  JavaGZIPOutputStream,
  JavaHashMap,
  JavaInetAddress,
  JavaInetSocketAddress,
  JavaLocale,
  JavaMessageDigest,
  JavaPipedInputStream,
  JavaPipedOutputStream,
  JavaProperties,
  JavaRandom,
  JavaRandomAccessFile,
  JavaSecureRandom,
  JavaServerSocket,
  JavaSimpleDateFormat,
  JavaSocket,
  JavaString,
  JavaStringBuilder,
  JavaTarArchiveInputStream,
  JavaURI,
  JavaURL,
} from "../lib/java/classes.js";
import { IOUtils } from "../lib/java/io.js";
import { numbers, Runtime, System, Thread } from "../lib/java/lang.js";
import * as net from "../lib/java/net.js";
import { packages } from "../lib/java/packages.js";
import * as util from "../lib/java/util.js";

export const scope = {
  "java.lang.System": System,
  "java.lang.Runtime": Runtime,
  "java.lang.Thread": Thread,
  "java.lang.Math": Math,
  "java.lang.String": JavaString,
  "java.lang.StringBuilder": JavaStringBuilder,
  "java.lang.StringBuffer": JavaStringBuilder,
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
  "java.lang.Boolean": JavaBoolean,
  "java.io.File": JavaFile,
  "java.io.FileInputStream": JavaFileInputStream,
  "java.io.FileOutputStream": JavaFileOutputStream,
  "java.io.ByteArrayInputStream": JavaByteArrayInputStream,
  "java.io.ByteArrayOutputStream": JavaByteArrayOutputStream,
  "java.io.PipedInputStream": JavaPipedInputStream,
  "java.io.PipedOutputStream": JavaPipedOutputStream,
  "java.io.RandomAccessFile": JavaRandomAccessFile,
  "java.io.FileReader": JavaFileReader,
  "java.io.BufferedReader": JavaFileReader,
  "java.io.InputStreamReader": JavaFileReader,
  "java.net.URI": JavaURI,
  "java.net.URL": JavaURL,
  "java.net.InetAddress": JavaInetAddress,
  "java.net.InetSocketAddress": JavaInetSocketAddress,
  "java.net.Socket": JavaSocket,
  "java.net.ServerSocket": JavaServerSocket,
  get "java.net.URLEncoder"() {
    return net.URLEncoder;
  },
  get "java.net.URLDecoder"() {
    return net.URLDecoder;
  },
  "java.util.Date": JavaDate,
  "java.util.Random": JavaRandom,
  get "java.util.UUID"() {
    return util.UUID;
  },
  get "java.util.Base64"() {
    return util.Base64;
  },
  get "java.util.TimeZone"() {
    return util.TimeZone;
  },
  "java.util.Locale": JavaLocale,
  "java.util.HashMap": JavaHashMap,
  "java.util.LinkedHashMap": JavaHashMap,
  "java.util.TreeMap": JavaHashMap,
  "java.util.concurrent.ConcurrentHashMap": JavaHashMap,
  "java.util.ArrayList": JavaArrayList,
  "java.util.LinkedList": JavaArrayList,
  "java.util.Properties": JavaProperties,
  get "java.util.concurrent.TimeUnit"() {
    return util.TimeUnit;
  },
  "java.util.zip.GZIPInputStream": JavaGZIPInputStream,
  "java.util.zip.GZIPOutputStream": JavaGZIPOutputStream,
  "java.text.SimpleDateFormat": JavaSimpleDateFormat,
  "java.security.SecureRandom": JavaSecureRandom,
  "java.security.MessageDigest": JavaMessageDigest,
  "org.apache.commons.compress.archivers.tar.TarArchiveInputStream": JavaTarArchiveInputStream,
  get "org.apache.commons.io.IOUtils"() {
    return IOUtils;
  },
  "openaf.AFCmdBase.afc": consoleCommands,
  get Packages() {
    return packages();
  },
};
