import { jobScope } from "../../base/job-scope.js";
import { isDef, isFunction, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { decrypt, encrypt } from "../../lib/bytes/crypto.js";
import { jsonParse, stringify } from "../../lib/data/json.js";

interface User {
  /** SHA-512 of the password. */
  p?: string;
  /** Secret of the second factor. */
  k?: string;
  /** Failures in a row. */
  n?: number;
  /** When it was locked. */
  l?: Date;
  x?: unknown;
}

const LOCK_SECONDS = 15 * 60;
const TRIES = 3;

/** Users and their passwords (`ow.server.auth`); too many failures lock a user for a time. */
export class Auth {
  aListOfAuths: Record<string, User> = {};
  private lockSeconds = LOCK_SECONDS;
  private tries = TRIES;
  private custom: ((user: string, pass: string) => boolean) | undefined;

  constructor(users?: unknown, key?: string, custom?: unknown) {
    this.initialize(users, key, custom);
  }

  /** @param users the map `dump` gives, or the text of `dumpEncrypt` */
  initialize(users?: unknown, key?: string, custom?: unknown): void {
    const given = isString(users) ? jsonParse(decrypt(users, key)) : users;
    this.aListOfAuths = (given as Record<string, User>) ?? {};
    this.setCustomFunction(custom);
  }

  setCustomFunction(custom: unknown): void {
    if (isFunction(custom)) this.custom = custom as (user: string, pass: string) => boolean;
  }

  setLockTimeout(seconds: number): void {
    this.lockSeconds = seconds;
  }

  setTriesToLock(count: number): void {
    this.tries = count;
  }

  add(user: string, pass: string, key?: string): void {
    this.aListOfAuths[user] = { p: digest(pass), k: key };
  }

  /** @throws text when there is no such user, as all that take one */
  del(user: string): void {
    this.user(user);
    delete this.aListOfAuths[user];
  }

  isLocked(name: string): boolean {
    const { l } = this.user(name);
    return isDef(l) && (world.host.clock.nowMs() - new Date(l!).getTime()) / 1000 < this.lockSeconds;
  }

  is2FA = (name: string): boolean => isDef(this.user(name).k);
  getExtra = (name: string): unknown => this.user(name).x;
  setExtra = (name: string, extra: unknown): void => void (this.user(name).x = extra);
  dump = (): Record<string, User> => this.aListOfAuths;
  dumpEncrypt = (key?: string): string => encrypt(stringify(this.aListOfAuths), key);
  loadFile = (file: string, key?: string): void => this.initialize(world.host.files.readText(String(file)), key);
  saveFile = (file: string, key?: string): void => world.host.files.write(String(file), this.dumpEncrypt(key));

  /** Is it the password? With a second factor its six digits follow the password. */
  check(name: string, given: string): boolean {
    const user = this.user(name);
    const pass = isDef(user.k) ? given.slice(0, -6) : given;
    const isRight =
      (this.custom === undefined ? user.p === digest(pass) : this.custom(name, pass)) &&
      (isUnDef(user.k) || jobScope.af.validate2FA(user.k, given.slice(-6)));
    if (this.isLocked(name)) user.l = new Date(world.host.clock.nowMs());
    else if (isRight) {
      user.n = 0;
      user.l = undefined;
    } else {
      user.n = (user.n ?? 0) + 1;
      if (user.n >= this.tries) user.l = new Date(world.host.clock.nowMs());
    }
    return isRight;
  }

  private user(name: string): User {
    const user = Object.hasOwn(this.aListOfAuths, name) ? this.aListOfAuths[name] : undefined;
    if (user === undefined) throw "User not found";
    return user;
  }
}

function digest(text: string): string {
  return world.host.bytes.decode(world.host.bytes.digest("sha512", String(text)), "hex");
}
