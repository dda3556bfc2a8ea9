import { decode, encode } from "../../base/values/bytes.js";
import { asNio } from "../../base/values/errors.js";
import { isMap } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { jsonParse, stringify } from "../../lib/data/json.js";
import { fromToon, toToon } from "../../lib/data/toon.js";
import { fromYaml, toYaml } from "../../lib/data/yaml.js";
import { sortMapKeys } from "../../lib/maps/traverse.js";

export interface FileStoreOptions {
  yaml?: boolean;
  toon?: boolean;
  gzip?: boolean;
  lz4?: boolean;
  compact?: boolean;
  multipart?: boolean;
}

/** Maps in files of the form a `file` channel was made for. */
export class FileStore {
  /** Ending of its file names. */
  readonly ending: string;

  /** @throws Error for LZ4, which this engine does not have */
  constructor(private readonly options: FileStoreOptions) {
    if (options.lz4) throw new Error("channel type file: lz4 is not available in the embedded engine (gzip is)");
    this.ending = (options.toon ? ".toon" : options.yaml ? ".yaml" : ".json") + (options.gzip ? ".gz" : "");
  }

  /** An empty map when there is no such file, or no map in it. */
  read(file: string): Record<string, any> {
    return this.readValue(file) ?? {};
  }

  write(file: string, value: unknown): void {
    const bytes = encode(this.textOf(value));
    asNio(file, () => world.host.files.write(file, this.options.gzip ? world.host.bytes.gzip(bytes) : bytes));
  }

  readEntry(folder: string, key: any): any {
    return this.readValue(this.entryFile(folder, key));
  }

  /** @returns the name the index keeps */
  writeEntry(folder: string, key: any, value: unknown): string {
    this.write(this.entryFile(folder, key), value);
    return entryId(key);
  }

  removeEntry(folder: string, key: any): void {
    world.host.files.remove(this.entryFile(folder, key));
  }

  private entryFile(folder: string, key: any): string {
    return `${folder}/${entryId(key)}${this.ending}`;
  }

  private readValue(file: string): any {
    if (world.host.files.stat(file) === "") return undefined;
    const bytes = asNio(file, () => world.host.files.read(file));
    const text = bytes.length === 0 ? "" : decode(this.options.gzip ? world.host.bytes.gunzip(bytes) : bytes);
    const value = text === "" ? {} : this.valueOf(text);
    return isMap(value) ? value : {};
  }

  private valueOf(text: string): any {
    if (this.options.toon) return fromToon(text);
    return this.options.yaml ? fromYaml(text) : jsonParse(text, true);
  }

  private textOf(value: unknown): string {
    if (this.options.toon) return toToon(value);
    if (this.options.yaml) return toYaml(value, this.options.multipart);
    return stringify(value, undefined, this.options.compact ? "" : undefined);
  }
}

function entryId(key: any): string {
  const digest = world.host.bytes.digest("sha512", stringify(sortMapKeys(key, true)));
  return world.host.bytes.decode(digest, "hex");
}
