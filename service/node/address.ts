import type { AddressInfo } from "node:net";

/** Where a node is found. With PORT=0 and all interfaces it is known only once the node listens. */
export class NodeAddress {
  port: number;
  private listensOn: string;

  constructor(private readonly config: { HOST: string; PORT: number; LISTEN: string }) {
    this.port = config.PORT;
    this.listensOn = config.LISTEN;
  }

  /** Takes over where the socket listens. Kept: the server forgets it when it is closed, and runs are started still. */
  settle({ port, address }: AddressInfo): void {
    this.port = port;
    this.listensOn = address;
  }

  /** `host:port`, as other nodes know it. */
  get identity(): string {
    return `${forUrl(this.config.HOST)}:${this.port}`;
  }

  get url(): string {
    return `http://${this.identity}`;
  }

  /** The way to it from this machine. */
  get ownUrl(): string {
    return `http://${forUrl(reachable(this.listensOn))}:${this.port}`;
  }
}

/** An address of this machine that leads to a socket: all interfaces have the loopback one among them. */
function reachable(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

function forUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
