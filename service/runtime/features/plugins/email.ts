import { pushAll } from "../../base/values/lists.js";
import { JavaObject } from "../../base/values/object.js";
import { isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { decryptIfPossible } from "../../lib/bytes/crypto.js";
import { ask } from "../../lib/net/ask.js";

interface Attachment {
  file?: string;
  url?: string;
  name?: string;
  cid?: string;
  inline?: boolean;
}

/** `plugin("Email")`: a mail, sent by SMTP. */
export class Email extends JavaObject {
  static override readonly className: string = "openaf.plugins.Email";
  private readonly lists: Record<"to" | "cc" | "bcc", string[]> = { to: [], cc: [], bcc: [] };
  private readonly headers: Record<string, string> = {};
  private readonly attachments: Attachment[] = [];
  private port: number | undefined;
  private user: string | undefined;
  private pass: string | undefined;
  private subject = "";
  private text: string | undefined;
  private html: string | undefined;

  /**
   * @param isSecure TLS from the start
   * @param isTls TLS after the start (STARTTLS)
   */
  constructor(
    private readonly server: unknown,
    private from: unknown,
    private isSecure?: unknown,
    private isTls?: unknown,
    private readonly isHtml?: unknown,
  ) {
    super();
  }

  setPort(port: unknown): this {
    this.port = Number(port);
    return this;
  }

  setSecure(isSecure: unknown, isTls: unknown): this {
    this.isSecure = isSecure;
    this.isTls = isTls;
    return this;
  }

  setCredentials(user: unknown, pass: unknown): this {
    this.user = String(user);
    this.pass = String(decryptIfPossible?.(pass) ?? pass);
    return this;
  }

  login = (user: unknown, pass: unknown): this => this.setCredentials(user, pass);

  addHeader(name: unknown, value: unknown): this {
    this.headers[String(name)] = String(value);
    return this;
  }

  addTo = (list: unknown): this => this.add("to", list);
  addCc = (list: unknown): this => this.add("cc", list);
  addBcc = (list: unknown): this => this.add("bcc", list);
  /** Does nothing: mails are UTF-8, and the content decides whether a mail is HTML. */
  setCharset = (): this => this;
  addHTMLHeader = (): this => this;

  setFrom(from: unknown): this {
    this.from = from;
    return this;
  }

  setSubject(subject: unknown): this {
    this.subject = String(subject);
    return this;
  }

  setMessage(text: unknown): this {
    if (this.isHtml === true) this.html = String(text);
    else this.text = String(text);
    return this;
  }

  setHTML(html: unknown): this {
    this.html = String(html);
    return this;
  }

  setContent(content: unknown, type: unknown): this {
    return String(type).startsWith("text/html") ? this.setHTML(content) : this.setMessage(content);
  }

  addAttachment(file: unknown, inline?: unknown, _noDisposition?: unknown, name?: unknown): this {
    this.attachments.push({ file: this.there(file), inline: inline === true, name: nameOf(name, file) });
    return this;
  }

  /** @returns what the page calls it by, as `cid:…` */
  embedFile(file: unknown, name?: unknown): string {
    return this.embed({ file: this.there(file), name: nameOf(name, file) });
  }

  embedURL(url: unknown, name?: unknown): string {
    return this.embed({ url: String(url), name: nameOf(name, url) });
  }

  addExternalImage(url: unknown): this {
    this.html = `${this.html ?? ""}<img src="cid:${this.embedURL(url)}">`;
    return this;
  }

  getEmailObj = (): object => ({ setDebug: () => undefined, setSSLCheckServerIdentity: () => undefined });
  close = (): void => undefined;

  /** @returns the id of the message. @throws Error when the server does not take it */
  send(subject?: unknown, message?: unknown, to?: unknown, cc?: unknown, bcc?: unknown, from?: unknown): string {
    this.add("to", to).add("cc", cc).add("bcc", bcc);
    if (!isUnDef(message) && (this.html !== undefined || this.text === undefined)) this.text = String(message);
    const { server: host, port, user, pass, text, html, headers, attachments } = this;
    const mail = {
      ...{ host: String(host), port, secure: this.isSecure === true, startTls: this.isTls === true, user, pass },
      ...{ ...this.lists, from: String(from ?? this.from), subject: String(subject ?? this.subject) },
      ...{ text, html, headers, attachments },
    };
    const { event } = ask("mail", mail, { what: `the mail server ${host}` });
    if (event.data.error !== undefined)
      throw new Error(
        `Email: ${host}${port === undefined ? "" : `:${port}`} did not take the mail: ${event.data.error}`,
      );
    return event.data.messageId!;
  }

  private add(list: "to" | "cc" | "bcc", more: unknown): this {
    if (!isUnDef(more) && more !== null) pushAll(this.lists[list], [more].flat().map(String));
    return this;
  }

  private embed(attachment: Attachment): string {
    const cid = world.host.bytes.uuid();
    this.attachments.push({ ...attachment, cid });
    return cid;
  }

  private there(file: unknown): string {
    if (world.host.files.stat(String(file)) === "") throw new Error(`Email: there is no file '${file}' to attach`);
    return String(file);
  }
}

function nameOf(name: unknown, from: unknown): string {
  return isUnDef(name) || name === null ? String(from).replace(/^.*[/\\]/, "") : String(name);
}
