import { globals, world } from "../../base/world.js";
import { decryptIfPossible, encrypt } from "../../lib/bytes/crypto.js";
import { merge } from "../../lib/maps/merge.js";
import { view } from "../../lib/maps/sigil.js";
import { lockKey } from "./lock.js";
import { closeRepository, openRepository, purgeRepository, type Repository, SECRET_ENV } from "./repository.js";

/** Encrypted secrets in files (`$sec`). */

/** Names and secrets a chain was made with. */
interface Defaults {
  bucket?: string;
  lockSecret?: string;
}

export function secrets(repo?: unknown, bucket?: string, lockSecret?: string, mainSecret?: string, file?: string) {
  const name = typeof repo === "string" ? repo : (file ?? "");
  const opened = (): Repository => openRepository(name, mainSecret, file);
  const defaults: Defaults = { bucket, lockSecret };
  const place = (ofBucket?: string, ofSecret?: string): [string | undefined, string | undefined] => [
    ofBucket ?? defaults.bucket,
    ofSecret ?? defaults.lockSecret,
  ];
  opened();
  return {
    list: (ofBucket?: string, ofSecret?: string) => opened().list(...place(ofBucket, ofSecret)),
    get: (key: string, ofBucket?: string, ofSecret?: string) => opened().get(key, ...place(ofBucket, ofSecret)),
    set: (key: string, value: unknown, ofBucket?: string, ofSecret?: string) =>
      opened().change(...place(ofBucket, ofSecret), (keys) => {
        keys[key] = value;
      }),
    unset: (key: string, ofBucket?: string, ofSecret?: string) =>
      opened().change(...place(ofBucket, ofSecret), (keys) => {
        delete keys[key];
      }),
    /** Calls the function named by a secret with its arguments, which `extra` completes. */
    getFn: (key: string, extra?: Record<string, unknown>, ofBucket?: string, ofSecret?: string) => {
      const { _fn, _args } = opened().get(key, ...place(ofBucket, ofSecret));
      return call(_fn, argumentsOf(_args, extra));
    },
    getObj: (key: string, extra?: Record<string, unknown>, ofBucket?: string, ofSecret?: string) => {
      const { _obj, _args } = opened().get(key, ...place(ofBucket, ofSecret));
      return new (named(_obj))(...argumentsOf(_args, extra));
    },
    setFn: (key: string, fn: string, args: unknown, ofBucket?: string, ofSecret?: string) =>
      opened().change(...place(ofBucket, ofSecret), (keys) => {
        keys[key] = { _fn: fn, _args: args };
      }),
    setObj: (key: string, obj: string, args: unknown, ofBucket?: string, ofSecret?: string) =>
      opened().change(...place(ofBucket, ofSecret), (keys) => {
        keys[key] = { _obj: obj, _args: args };
      }),
    getBucket: (ofBucket?: string, ofSecret?: string) => opened().getPacked(...place(ofBucket, ofSecret)),
    setBucket: (packed: string, ofBucket?: string) => opened().setPacked(packed, ofBucket ?? defaults.bucket),
    unsetBucket: (ofBucket?: string) => opened().remove(ofBucket ?? defaults.bucket),
    unsetRepo: () => purgeRepository(name, file),
    close: () => closeRepository(name),
    /** A lock secret hidden by the main secret, to be given where a lock secret is asked for. */
    encSKey: (key: string) => encrypt(key, lockKey(decryptIfPossible(mainSecret))),
    procMap: (map: Record<string, any>, path?: string) => resolveMap(map, path),
  };
}

/** A function or class by its dotted name. */
const named = (name: string): any => name.split(".").reduce((owner: any, part) => owner?.[part], globals);

function call(name: string, args: unknown[]): unknown {
  const owner = name.includes(".") ? named(name.slice(0, name.lastIndexOf("."))) : globals;
  return owner[name.slice(name.lastIndexOf(".") + 1)](...args);
}

/** The arguments kept with a secret, in their order, completed by those given now. */
function argumentsOf(kept: unknown, extra: Record<string, unknown> = {}): unknown[] {
  return Array.isArray(kept) ? kept : Object.values({ ...(kept as object), ...extra });
}

/** Replaces the `sec…` entries of a map by the secret they name, at `path` or at the top. */
function resolveMap(map: Record<string, any> = {}, path?: string): Record<string, any> {
  if (map["secKey"] === undefined) return map;
  const { secKey, secRepo, secBucket, secPass, secMainPass, secFile, ...rest } = map;
  const env = (name: string): string | undefined => world.host.process.env(`${SECRET_ENV}${name}`);
  const secret = secrets(
    secRepo ?? env("REPO"),
    secBucket ?? env("BUCKET"),
    secPass ?? env("BUCKET_PASS"),
    secMainPass ?? env("MAIN_PASS"),
    secFile ?? env("FILE"),
  ).get(secKey);
  return path === undefined ? merge(rest, secret) : view(rest).set(path, merge(view(rest).get(path), secret));
}

export const openSBuckets = (repo?: string, mainSecret?: string, file?: string) => {
  openRepository(repo ?? file ?? "", mainSecret, file);
};

export const closeSBuckets = (repo?: string) => closeRepository(repo ?? "");

export const purgeSBuckets = (repo?: string, file?: string) => purgeRepository(repo ?? "", file);

export const openMainSBuckets = (mainSecret?: string) => {
  openRepository("", mainSecret);
};

export const closeMainSBuckets = () => closeRepository("");

export const purgeMainSBuckets = () => purgeRepository("");
