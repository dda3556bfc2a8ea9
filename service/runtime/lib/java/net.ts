import { jobScope } from "../../base/job-scope.js";
import { JavaException } from "../../base/values/errors.js";
import { JavaObject } from "../../base/values/object.js";
import * as addresses from "../net/addresses.js";
import { Connection } from "../net/connection.js";
import { freePort } from "../net/free-port.js";
import { addressInfo, testHost } from "../net/net.js";
import { defaultPort, parseUri, type UriParts } from "../net/url.js";

/** Façades of `java.net`. */

/** `java.net.URI`. */
export class Uri extends JavaObject {
  static override readonly className: string = "java.net.URI";
  protected readonly text: string;
  protected readonly parts: UriParts;

  constructor(text: unknown) {
    super();
    this.text = String(text);
    this.parts = parseUri(this.text);
  }

  static create = (text: unknown): Uri => new Uri(text);
  getScheme = (): string | null => this.parts.scheme ?? null;
  getHost = (): string | null => this.parts.host ?? null;
  getPort = (): number => this.parts.port;
  getPath = (): string => decodeURIComponent(this.parts.path);
  getRawPath = (): string => this.parts.path;
  getQuery = (): string | null => (this.parts.query === undefined ? null : decodeURIComponent(this.parts.query));
  getRawQuery = (): string | null => this.parts.query ?? null;
  getFragment = (): string | null => this.parts.fragment ?? null;
  getUserInfo = (): string | null => this.parts.userInfo ?? null;
  getAuthority = (): string | null => this.parts.authority ?? null;
  isAbsolute = (): boolean => this.parts.scheme !== undefined;
  toURL = (): Url => new Url(this.text);
  toASCIIString = (): string => encodeURI(decodeURI(this.text));

  override toString(): string {
    return this.text;
  }
}

/** `java.net.URL`. */
export class Url extends Uri {
  static override readonly className = "java.net.URL";

  constructor(text: unknown) {
    super(text);
    if (this.parts.scheme === undefined)
      throw new JavaException("java.net.MalformedURLException", `no protocol: ${text}`);
  }

  getProtocol = (): string => this.parts.scheme!;
  getDefaultPort = (): number => defaultPort(this.parts.scheme);
  getFile = (): string => this.parts.path + (this.parts.query === undefined ? "" : `?${this.parts.query}`);
  getRef = (): string | null => this.parts.fragment ?? null;
  toURI = (): Uri => new Uri(this.text);
  toExternalForm = (): string => this.text;
  openStream = (): unknown => jobScope.$rest().get2Stream(this.text);
}

/** `java.net.InetAddress`. */
export class InetAddress extends JavaObject {
  static override readonly className = "java.net.InetAddress";

  private constructor(
    private readonly name: string,
    private readonly address: string,
  ) {
    super();
  }

  static getByName = (name: unknown): InetAddress => new InetAddress(String(name), addresses.addressOf(String(name)));
  static getLocalHost = (): InetAddress => new InetAddress(addresses.hostName(), addresses.hostAddress());
  static getLoopbackAddress = (): InetAddress => new InetAddress("localhost", "127.0.0.1");

  getHostAddress = (): string => this.address;
  getHostName = (): string => (this.name === this.address ? addresses.nameOfAddress(this.address) : this.name);
  getCanonicalHostName = (): string => addresses.nameOfAddress(this.address);
  isLoopbackAddress = (): boolean => this.info("isLoopback");
  isSiteLocalAddress = (): boolean => this.info("isPrivateAddress");
  isLinkLocalAddress = (): boolean => this.info("isLinkLocalAddress");
  isAnyLocalAddress = (): boolean => this.info("isAnyLocalAddress");
  isMulticastAddress = (): boolean => this.info("isMulticast");
  isReachable = (timeoutMs: number): boolean => testHost(this.address, timeoutMs).reachable;

  private info(name: string): boolean {
    return addressInfo(this.address)[name] === true;
  }

  override toString(): string {
    return `${this.name === this.address ? "" : this.name}/${this.address}`;
  }
}

/** `java.net.InetSocketAddress`. */
export class InetSocketAddress extends JavaObject {
  static override readonly className = "java.net.InetSocketAddress";
  private readonly host: string;
  private readonly port: number;

  constructor(host: unknown, port?: unknown) {
    super();
    this.host = port === undefined ? "0.0.0.0" : String(host);
    this.port = Number(port ?? host);
  }

  getHostName = (): string => this.host;
  getHostString = (): string => this.host;
  getPort = (): number => this.port;
}

/** `java.net.Socket`. */
export class Socket extends JavaObject {
  static override readonly className = "java.net.Socket";
  private connection: Connection | undefined;

  constructor(host?: unknown, port?: unknown) {
    super();
    if (host !== undefined) this.connection = new Connection(String(host), Number(port));
  }

  connect(address: InetSocketAddress, timeoutMs?: number): void {
    this.connection = new Connection(address.getHostString(), address.getPort(), timeoutMs || undefined);
  }

  getInputStream = () => this.open().input;
  getOutputStream = () => this.open().output;
  getLocalPort = (): number => this.connection?.localPort ?? -1;
  getPort = (): number => this.connection?.port ?? 0;
  isConnected = (): boolean => this.connection !== undefined;
  isClosed = (): boolean => this.connection?.isClosed ?? false;
  setSoTimeout = (_ms: number): void => undefined;
  close = (): void => this.connection?.close();

  private open(): Connection {
    if (this.connection === undefined) throw new JavaException("java.net.SocketException", "Socket is not connected");
    return this.connection;
  }
}

/** `java.net.ServerSocket`, as far as finding a free port goes. */
export class ServerSocket extends JavaObject {
  static override readonly className = "java.net.ServerSocket";
  private readonly port: number;

  constructor(port = 0) {
    super();
    this.port = port === 0 ? freePort() : port;
  }

  getLocalPort = (): number => this.port;
  close = (): void => undefined;

  accept(): never {
    throw new Error("java.net.ServerSocket.accept is not available in the embedded engine");
  }
}

/** Form encoding: a blank is a plus. */
export const URLEncoder = {
  encode: (text: unknown) =>
    encodeURIComponent(String(text))
      .replaceAll("%20", "+")
      .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
};

export const URLDecoder = { decode: (text: unknown) => decodeURIComponent(String(text).replaceAll("+", " ")) };
