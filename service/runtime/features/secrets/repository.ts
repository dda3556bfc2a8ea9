import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import { encrypt } from "../../lib/bytes/crypto.js";
import { fromJsSlon } from "../../lib/data/slon.js";
import { fromYaml, toYaml } from "../../lib/data/yaml.js";
import { fileExists } from "../../lib/files/info.js";
import { readText, writeText } from "../../lib/files/text.js";
import { lock, lockKey, unlock } from "./lock.js";

/** Start of the names of environment variables that name a secret. */
export const SECRET_ENV = "OAF_SEC_";
const DEFAULT_BUCKET = "default";
const WRONG = "Wrong bucket and/or secret";

type Keys = Record<string, any>;
/** Locked: `{ sbucket, v }`; without a lock: the keys themselves. */
type Bucket = Keys;

/** Buckets of secrets in a YAML file; the one called `system` shows the environment variables as a bucket `envs`. */
export class Repository {
  constructor(
    private readonly file: string | undefined,
    private readonly mainSecret: string,
  ) {}

  /** Bucket → names of its keys, which are returned only for the requested bucket. */
  list(bucket = DEFAULT_BUCKET, secret = this.secret()): Record<string, string[]> {
    const names: Record<string, string[]> = {};
    const all = this.read();
    for (const name of Object.keys(all))
      names[name] = name === bucket ? Object.keys(this.keysOf(all[name]!, secret)) : [];
    return names;
  }

  /** @throws a text when the bucket is not there or its secret is another */
  get(key: string, bucket = DEFAULT_BUCKET, secret = this.secret()): any {
    const found = this.read()[bucket];
    if (found === undefined) throw `Bucket '${bucket}' not found.`;
    return this.keysOf(found, secret)[key];
  }

  /** Changes the keys of a bucket, which is made when it is not there. */
  change(bucket = DEFAULT_BUCKET, secret = this.secret(), edit: (keys: Keys) => void): void {
    const all = this.read();
    const keys = all[bucket] === undefined ? {} : this.keysOf(all[bucket], secret);
    edit(keys);
    all[bucket] =
      secret === undefined ? keys : { sbucket: bucket, v: lock({ name: bucket, keys }, this.mainSecret, secret) };
    this.write(all);
  }

  /** The locked text of a bucket, to be taken to another repository. */
  getPacked(bucket = DEFAULT_BUCKET, secret = this.secret()): string | undefined {
    if (this.read()[bucket]?.["v"] === undefined) this.change(bucket, secret, () => undefined);
    return this.read()[bucket]?.["v"];
  }

  setPacked(packed: string, bucket = DEFAULT_BUCKET): void {
    this.write({ ...this.read(), [bucket]: { sbucket: bucket, v: packed } });
  }

  remove(bucket = DEFAULT_BUCKET): void {
    const all = this.read();
    delete all[bucket];
    this.write(all);
  }

  /** Without a lock secret the main secret locks, except where nothing is locked at all. */
  private secret(): string | undefined {
    return this.file === undefined ? undefined : this.mainSecret;
  }

  private keysOf(bucket: Bucket, secret: string | undefined): Keys {
    if (secret === undefined || typeof bucket["v"] !== "string") return bucket;
    try {
      return unlock(bucket["v"], this.mainSecret, secret).keys;
    } catch {
      throw WRONG;
    }
  }

  private read(): Record<string, Bucket> {
    if (this.file === undefined) {
      const envs = Object.entries(jobScope.getEnvs() as Record<string, string>);
      return { envs: Object.fromEntries(envs.map(([name, text]) => [name, fromJsSlon(text)])) };
    }
    const found = fileExists(this.file) ? fromYaml(readText(this.file)) : {};
    return Array.isArray(found) || found === null ? {} : found;
  }

  private write(all: Record<string, Bucket>): void {
    if (this.file === undefined) throw "the repository 'system' cannot be changed";
    writeText(this.file, toYaml(all));
    world.host.files.chmod(this.file, 0o600);
  }
}

const opened = new Map<string, Repository>();

/** @param mainSecret absent: the user's own, kept in the home folder */
export function openRepository(name: string, mainSecret?: string, file?: string): Repository {
  let repository = opened.get(name);
  if (repository === undefined) {
    repository = new Repository(name === "system" ? undefined : fileOf(name, file), mainSecret ?? ownSecret());
    opened.set(name, repository);
  }
  return repository;
}

export function closeRepository(name: string): void {
  opened.delete(name);
}

export function purgeRepository(name: string, file?: string): void {
  closeRepository(name);
  world.host.files.remove(fileOf(name, file));
}

function fileOf(name: string, file?: string): string {
  return file ?? `${jobScope.__gHDir()}/.openaf-sec${name === "" ? "" : `-${name}`}.yml`;
}

function ownSecret(): string {
  const file = `${jobScope.__gHDir()}/.openaf-sec`;
  if (!fileExists(file)) {
    writeText(file, encrypt(lockKey(world.host.bytes.uuid())));
    world.host.files.chmod(file, 0o600);
  }
  return readText(file);
}
