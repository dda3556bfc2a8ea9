import { execFileSync } from "node:child_process";
import { findProgram } from "../services.js";

const SUBNET = "10.213.77";

/** Machines of their own as far as the network goes: namespaces on one bridge. */
export class TestNetwork {
  private readonly id = String(process.pid % 100_000);
  private readonly names: string[] = [];

  private constructor() {
    ip("link", "add", this.bridge, "type", "bridge");
    ip("addr", "add", `${SUBNET}.254/24`, "dev", this.bridge);
    ip("link", "set", this.bridge, "up");
  }

  /** Why there can be none here; undefined when there can. */
  static missing(): string | undefined {
    if (findProgram("ip") === undefined) return "ip is not installed";
    const name = `rj${process.pid % 100_000}try`;
    try {
      ip("netns", "add", name);
      ip("netns", "del", name);
      return undefined;
    } catch (error) {
      return `network namespaces cannot be made here: ${(error as Error).message.trim().split("\n").at(-1)}`;
    }
  }

  static create(): TestNetwork {
    return new TestNetwork();
  }

  /** A machine with an address of its own. */
  add(): { name: string; address: string; prefix: string[] } {
    const number = this.names.length + 1;
    const name = `rj${this.id}n${number}`;
    this.names.push(name);
    const address = `${SUBNET}.${number}`;
    ip("netns", "add", name);
    ip("link", "add", `rj${this.id}v${number}`, "type", "veth", "peer", "name", "eth0", "netns", name);
    ip("link", "set", `rj${this.id}v${number}`, "master", this.bridge, "up");
    this.inside(name, "ip", "addr", "add", `${address}/24`, "dev", "eth0");
    this.inside(name, "ip", "link", "set", "eth0", "up");
    this.inside(name, "ip", "link", "set", "lo", "up");
    return { name, address, prefix: [findProgram("ip")!, "netns", "exec", name] };
  }

  /** Lets nothing through from one machine to others; this one still reaches all. */
  part(name: string, others: readonly string[]): void {
    for (const address of others) this.inside(name, "ip", "route", "add", "blackhole", `${address}/32`);
  }

  heal(name: string, others: readonly string[]): void {
    for (const address of others) this.inside(name, "ip", "route", "del", "blackhole", `${address}/32`);
  }

  /** Makes the way out of a machine slow; tells how, or undefined when this system cannot. */
  slow(name: string): string | undefined {
    const ways = [
      ["netem", "delay", "150ms", "40ms"],
      ["tbf", "rate", "400kbit", "burst", "16kbit", "latency", "800ms"],
    ];
    for (const way of ways) {
      try {
        this.inside(name, findProgram("tc") ?? "tc", "qdisc", "add", "dev", "eth0", "root", ...way);
        return way.join(" ");
      } catch {
        // the kernel may lack this one
      }
    }
    return undefined;
  }

  close(): void {
    for (const name of this.names) ip("netns", "del", name);
    ip("link", "del", this.bridge);
  }

  private get bridge(): string {
    return `rj${this.id}br`;
  }

  private inside(name: string, ...command: string[]): void {
    ip("netns", "exec", name, ...command);
  }
}

function ip(...command: string[]): void {
  execFileSync(findProgram("ip")!, command, { stdio: "pipe", encoding: "utf8" });
}
