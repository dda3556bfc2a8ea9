import { decryptIfPossible } from "../bytes/crypto.js";
import { FileInput, FileOutput, GunzipInput, GzipOutput } from "../streams/files.js";
import { BytesInput } from "../streams/input.js";
import { BytesOutput } from "../streams/output.js";
import { RandomAccessFile } from "../streams/random-access.js";
import { ArrayList, HashMap, Properties } from "./collections.js";
import { File } from "./file.js";
import { PipedInput, PipedOutput, Reader, TarInput } from "./io.js";
import * as net from "./net.js";
import { type Class, java } from "./packages.js";
import * as strings from "./strings.js";
import * as util from "./util.js";

/** The classes job code reaches for, each loaded when it is first used, to be called with and without `new`. */

export const JavaString = java(() => strings.JavaString);
export const JavaStringBuilder = java(() => strings.StringBuilder);
export const JavaFile = java(() => File);
export const JavaFileInputStream = java(() => FileInput);
export const JavaFileOutputStream = java(() => FileOutput);
export const JavaByteArrayInputStream = java(() => BytesInput);
export const JavaByteArrayOutputStream = java(() => BytesOutput);
export const JavaPipedInputStream = java(() => PipedInput);
export const JavaPipedOutputStream = java(() => PipedOutput);
export const JavaRandomAccessFile = java(() => RandomAccessFile);
export const JavaFileReader = java(() => Reader);
export const JavaURI = java(() => net.Uri);
export const JavaURL = java(() => net.Url);
export const JavaInetAddress = java(() => net.InetAddress as unknown as Class);
export const JavaInetSocketAddress = java(() => net.InetSocketAddress);
export const JavaSocket = java(() => net.Socket);
export const JavaServerSocket = java(() => net.ServerSocket);
export const JavaDate = java(() => util.JavaDate);
export const JavaRandom = java(() => util.Random);
export const JavaLocale = java(() => util.Locale);
export const JavaHashMap = java(() => HashMap);
export const JavaArrayList = java(() => ArrayList);
export const JavaProperties = java(() => Properties);
export const JavaGZIPInputStream = java(() => GunzipInput);
export const JavaGZIPOutputStream = java(() => GzipOutput);
export const JavaSimpleDateFormat = java(() => util.SimpleDateFormat);
export const JavaSecureRandom = java(() => util.SecureRandom);
export const JavaTarArchiveInputStream = java(() => TarInput);
export const JavaBoolean = {
  TRUE: true,
  FALSE: false,
  parseBoolean: (text: unknown) => String(text).toLowerCase() === "true",
};
export const JavaMessageDigest = { getInstance: (name: unknown) => util.MessageDigest.getInstance(name) };
/** The commands of the console that job code uses. */
export const consoleCommands = { dIP: decryptIfPossible };
