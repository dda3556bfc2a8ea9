import type { HttpEnd, HttpParams } from "../../base/operations.js";
import { endOp, forgetOp, startOp, waitUntil } from "../../base/scheduler.js";
import { timeoutCodes } from "../../base/timeout-codes.js";
import { join } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { parseUrl, plainUrl } from "./url.js";

export interface Reply {
  status: number;
  headers: Record<string, string | string[]>;
  body: Uint8Array;
}

/**
 * Sends a request and waits for the whole reply; other tasks go on meanwhile.
 * @throws JavaException when there is none, with the class Java has for the reason
 */
export function exchange(request: HttpParams, body?: Uint8Array): Reply {
  const chunks: Uint8Array[] = [];
  let head: { status: number; headers: Reply["headers"] } | undefined;
  let end: HttpEnd | undefined;
  const url = plainUrl(parseUrl(request.url));
  const id = startOp(
    "http",
    { ...request, url },
    (event, bytes) => {
      if (event.type === "response") head = event.data;
      else if (event.type === "data") chunks.push(bytes!);
      else if (event.type === "end") {
        end = event.data ?? {};
        forgetOp(id);
      }
    },
    body,
  );
  try {
    waitUntil(() => end !== undefined, undefined, `the reply of ${url}`);
  } finally {
    // Broken off: the connection is cut at once.
    if (end === undefined) endOp(id);
  }
  if (end!.error !== undefined || head === undefined) throw failure(request.url, end!);
  return { ...head, body: join(chunks) };
}

function failure(url: string, { error, code, address, port }: HttpEnd): Error {
  const parts = parseUrl(url);
  const isName = !/^[\d.]+$|^\[/.test(parts.host);
  const portOf = port ?? parts.port ?? (parts.protocol === "https" ? 443 : 80);
  switch (code) {
    case "ECONNREFUSED":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
      return new JavaException(
        "java.net.ConnectException",
        `Failed to connect to ${isName ? parts.host : ""}/${address ?? parts.host}:${portOf}`,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new JavaException("java.net.UnknownHostException", `${parts.host}: Name or service not known`);
    case timeoutCodes.whole:
      return new JavaException("java.io.InterruptedIOException", "timeout");
    case timeoutCodes.connect:
      return new JavaException("java.net.SocketTimeoutException", "Connect timed out");
    case timeoutCodes.read:
      return new JavaException("java.net.SocketTimeoutException", "timeout");
    case "ECONNRESET":
    case "EPIPE":
      return new JavaException(
        "java.io.IOException",
        `unexpected end of stream on ${parts.protocol}://${parts.host}:${portOf}/...`,
      );
    case "EREDIRECTS":
      return new JavaException("java.net.ProtocolException", error);
    case "ERR_INVALID_URL":
    case "ERR_INVALID_PROTOCOL":
    case "ERR_INVALID_HTTP_TOKEN":
    case "ERR_INVALID_CHAR":
    case "ERR_UNESCAPED_CHARACTERS":
      return new JavaException("java.lang.IllegalArgumentException", `${error}: ${url}`);
    default:
      return new JavaException(
        /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(code ?? "")
          ? "javax.net.ssl.SSLHandshakeException"
          : "java.io.IOException",
        error,
      );
  }
}
