import { connect } from "node:net";

/** One reply as it came over the wire. */
export interface WireReply {
  status: number;
  head: string;
  body: string;
}

/**
 * Sends bytes over a fresh connection and gives the replies that come; with `abort` it is broken off before.
 * @throws Error when what comes back is not HTTP
 */
export async function exchange(
  port: number,
  pieces: readonly (string | Buffer)[],
  abort = false,
): Promise<WireReply[]> {
  const received = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    const done = (): void => {
      socket.destroy();
      resolve(Buffer.concat(chunks));
    };
    // Requests that do not end are what some of these are: an end from this side is as good.
    socket.setTimeout(2000, done);
    socket.on("data", (chunk) => void chunks.push(chunk));
    socket.on("close", done);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (["ECONNRESET", "EPIPE"].includes(error.code ?? "")) done();
      else reject(error);
    });
    socket.on("connect", () => {
      for (const piece of pieces) socket.write(piece);
      if (abort) setImmediate(() => socket.destroy());
      else socket.end();
    });
  });
  return repliesIn(received);
}

function repliesIn(bytes: Buffer): WireReply[] {
  const replies: WireReply[] = [];
  let text = bytes.toString("latin1");
  while (text !== "") {
    const match = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[!#-'*+.^-z|~\w-]+:[^\r\n]*\r\n)*)\r\n/.exec(text);
    if (match === null) throw new Error(`no reply of HTTP: ${JSON.stringify(text.slice(0, 200))}`);
    const [whole, status, head] = match as unknown as [string, string, string];
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? text.length);
    replies.push({ status: Number(status), head, body: text.slice(whole.length, whole.length + length) });
    text = text.slice(whole.length + length);
  }
  return replies;
}
