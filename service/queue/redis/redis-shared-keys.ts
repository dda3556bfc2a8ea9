import type { SharedKeys } from "../broker/shared-keys.js";
import type { ScriptName } from "./scripts.js";

/** Commands that the shared keys need of their connection. */
export interface SharedKeyCommands {
  call(name: ScriptName, ...args: (string | number)[]): Promise<unknown>;
  get(key: string): Promise<string | null>;
  members(key: string): Promise<string[]>;
}

/** Shared keys in Redis. Those without a time to live are in a set, too. */
export class RedisSharedKeys implements SharedKeys {
  constructor(private readonly commands: SharedKeyCommands) {}

  async get(name: string): Promise<string | undefined> {
    return (await this.commands.get(`mark:${name}`)) ?? undefined;
  }

  async put(name: string, text: string, keptMs: number): Promise<void> {
    await this.commands.call("putMark", name, text, keptMs);
  }

  async swap(name: string, seen: string | undefined, text: string, keptMs: number): Promise<boolean> {
    const expected = seen === undefined ? ["0", ""] : ["1", seen];
    return (await this.commands.call("putMark", name, text, keptMs, ...expected)) === 1;
  }

  async remove(name: string): Promise<void> {
    await this.commands.call("removeMark", name);
  }

  async names(prefix: string): Promise<string[]> {
    return (await this.commands.members("marks")).filter((name) => name.startsWith(prefix));
  }
}
