import path from "node:path";
import type * as Nodemailer from "nodemailer";
import type { StartOperation } from "./operation.js";
import { load } from "./packages.js";

/** Parameters of the operation `mail`. */
export interface MailParams {
  cwd: string;
  host: string;
  /** Absent: 465 with `secure`, 587 with `startTls`, else 25. */
  port?: number;
  /** TLS from the start. */
  secure: boolean;
  /** TLS is asked for, and required, after the start. */
  startTls: boolean;
  user?: string;
  pass?: string;
  timeoutMs?: number;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  text?: string;
  html?: string;
  headers: Record<string, string>;
  /** A file (relative to `cwd`) or an address; with `cid` it is part of the page. */
  attachments: { file?: string; url?: string; name?: string; cid?: string; inline?: boolean }[];
}

/** Sends a mail by SMTP. One event: `end`, with `{ messageId }` or with `error` and `code`. */
export const startMail: StartOperation = (params: MailParams, report) => {
  const { createTransport } = load<typeof Nodemailer>("nodemailer");
  const { host, secure, startTls, user, pass, timeoutMs } = params;
  const transport = createTransport({
    host,
    port: params.port ?? (secure ? 465 : startTls ? 587 : 25),
    secure,
    requireTLS: startTls,
    ignoreTLS: !secure && !startTls,
    auth: user === undefined ? undefined : { user, pass },
    connectionTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  let isOver = false;
  const { from, to, cc, bcc, subject, text, html, headers } = params;
  const attachments = params.attachments.map(({ file, url, name, cid, inline }) => ({
    path: file === undefined ? url : path.resolve(params.cwd, file),
    filename: name,
    cid,
    contentDisposition: inline || cid !== undefined ? ("inline" as const) : undefined,
  }));
  transport.sendMail({ from, to, cc, bcc, subject, text, html, headers, attachments }).then(
    ({ messageId }) => isOver || report.end({ messageId }),
    (error: NodeJS.ErrnoException) => isOver || report.end({ error: error.message, code: error.code }),
  );
  return {
    cancel() {
      isOver = true;
      transport.close();
    },
  };
};
