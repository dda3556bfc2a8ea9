import path from "node:path";
import type * as Nodemailer from "nodemailer";
import type { StartOperation } from "./operation.js";
import { load } from "./packages.js";

/** Sends a mail by SMTP. */
export const startMail: StartOperation<"mail"> = (params, report) => {
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
