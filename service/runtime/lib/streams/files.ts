import { asNio, asStream, JavaException } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import { BLOCK, BytesInput, InputStream } from "./input.js";
import { BytesOutput, OutputStream } from "./output.js";
import { parentOf } from "./paths.js";

/** A file being read (`java.io.FileInputStream`). */
export class FileInput extends InputStream {
  static override readonly className: string = "java.io.FileInputStream";
  private fd: number | undefined;
  private left: number;

  /** @throws JavaException `java.io.FileNotFoundException` when it cannot be opened */
  constructor(path: unknown) {
    super();
    const file = String(path);
    const { files } = world.host;
    this.fd = asStream(file, () => files.open(file, "r"));
    const stat = JSON.parse(files.stat(file));
    this.left = stat.size;
    if (!stat.isFolder) return;
    this.close(); // a folder can be opened, and only fails at the first read
    throw new JavaException("java.io.FileNotFoundException", `${file} (Is a directory)`);
  }

  protected override pull(most: number): Uint8Array | undefined {
    if (this.fd === undefined) throw new JavaException("java.io.IOException", "Stream Closed");
    const chunk = world.host.files.readChunk(this.fd, Math.min(most, BLOCK));
    this.left -= chunk.length;
    return chunk.length === 0 ? undefined : chunk;
  }

  protected override ready(): number {
    return Math.max(0, this.left);
  }

  override close(): void {
    if (this.fd !== undefined) world.host.files.close(this.fd);
    this.fd = undefined;
  }
}

/** A file being written (`java.io.FileOutputStream`). What is written is in the file at once. */
export class FileOutput extends OutputStream {
  static override readonly className: string = "java.io.FileOutputStream";
  private fd: number | undefined;

  /** @param withParents missing folders above it are made */
  constructor(path: unknown, append = false, withParents = false) {
    super();
    const file = String(path);
    const { files } = world.host;
    if (withParents) makeParents(file);
    this.fd = asStream(file, () => files.open(file, append ? "a" : "w"));
  }

  override put(bytes: Uint8Array): void {
    if (this.fd === undefined) throw new JavaException("java.io.IOException", "Stream Closed");
    for (let at = 0; at < bytes.length; ) at += world.host.files.writeChunk(this.fd, bytes.subarray(at));
  }

  override close(): void {
    if (this.fd !== undefined) world.host.files.close(this.fd);
    this.fd = undefined;
  }
}

/** Reads what another stream gives compressed (`java.util.zip.GZIPInputStream`). */
export class GunzipInput extends BytesInput {
  static override readonly className: string = "java.util.zip.GZIPInputStream";

  /** @throws JavaException `java.util.zip.ZipException` when it does not start like gzip */
  constructor(source: InputStream) {
    super(gunzipAll(source));
  }
}

/** Compresses into another stream; complete once it is closed (`java.util.zip.GZIPOutputStream`). */
export class GzipOutput extends BytesOutput {
  static override readonly className: string = "java.util.zip.GZIPOutputStream";
  private isOpen = true;

  constructor(private readonly target: OutputStream) {
    super();
  }

  finish(): void {
    if (this.isOpen) this.target.put(world.host.bytes.gzip(this.bytes()));
    this.isOpen = false;
  }

  override close(): void {
    this.finish();
    this.target.close();
  }
}

function gunzipAll(source: InputStream): Uint8Array {
  try {
    return gunzip(source.all());
  } finally {
    source.close();
  }
}

/** @throws JavaException as Java's `GZIPInputStream` does */
export function gunzip(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) throw new JavaException("java.io.EOFException");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
    throw new JavaException("java.util.zip.ZipException", "Not in GZIP format");
  try {
    return world.host.bytes.gunzip(bytes);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === "Z_BUF_ERROR") throw new JavaException("java.io.EOFException", "Unexpected end of ZLIB input stream");
    throw new JavaException("java.util.zip.ZipException", message);
  }
}

/** Makes the folders above `file`. */
export function makeParents(file: string): void {
  const parent = parentOf(file);
  if (parent !== undefined) asNio(parent, () => world.host.files.mkdir(parent));
}
