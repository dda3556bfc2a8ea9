import type { AddressInfo } from "node:net";

/** Address of a node. With PORT=0 and all interfaces it is known only once the node listens. */
export class NodeAddress {
  port: number;
  private listensOn: string;

  constructor(private readonly config: { HOST: string; PORT: number; LISTEN: string }) {
    this.port = config.PORT;
    this.listensOn = config.LISTEN;
  }

  /**
   * Takes the address of the listening socket. Kept: the server forgets it when it is closed, and runs still start
   * then.
   */
  settle({ port, address }: AddressInfo): void {
    this.port = port;
    this.listensOn = address;
  }

  /** `host:port`, for other nodes. */
  get identity(): string {
    return `${forUrl(this.config.HOST)}:${this.port}`;
  }

  get url(): string {
    return `http://${this.identity}`;
  }

  /** URL of the node on this machine. */
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
