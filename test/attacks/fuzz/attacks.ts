import type { Chance } from "./chance.js";
import { jsonText, yamlText } from "./texts.js";

/** The bytes of one connection to a node. */
export interface Shot {
  pieces: (string | Buffer)[];
  /** The connection is broken off before the reply. */
  abort?: boolean;
}

export type Kind = "json" | "yaml" | "raw" | "border";
export const kinds: readonly Kind[] = ["json", "yaml", "raw", "border"];

/** Makes one attack of a kind. */
export function shotOf(kind: Kind, chance: Chance, key: string): Shot {
  switch (kind) {
    case "json":
      return post(
        chance.of(["/json", "/ojob", "/v1/runs", "/v1/queue/purge", "/v1/nodes", "/run"]),
        jsonBody(chance),
        key,
      );
    case "yaml":
      return post(chance.of(["/yaml", "/ojob"]), yamlText(chance), key);
    case "raw":
      return raw(chance, key);
    case "border":
      return border(chance, key);
  }
}

function jsonBody(chance: Chance): string {
  if (chance.percent(60)) return jsonText(chance);
  const fields = [
    "ojob",
    "run",
    "args",
    "timeoutMs",
    "async",
    "name",
    "priority",
    "retries",
    "callbackUrl",
    "what",
    "host",
    "port",
  ];
  return `{${chance.times(5, () => `"${chance.of(fields)}":${jsonText(chance)}`).join(",")}}`;
}

function post(path: string, body: string, key: string): Shot {
  return {
    pieces: [
      head("POST", path, [
        ["authorization", `Bearer ${key}`],
        ["content-length", String(Buffer.byteLength(body))],
      ]),
      body,
    ],
  };
}

function head(method: string, target: string, headers: readonly (readonly [string, string])[]): string {
  const lines = [["host", "127.0.0.1"] as const, ["connection", "close"] as const, ...headers];
  return `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

const LINES = [
  ...[
    "GET / HTTP/1.1",
    "POST /ojob HTTP/1.1",
    "GET /healthz HTTP/1.0",
    "PRI * HTTP/2.0",
    "POST /ojob HTTP/9.9",
    "GET  / HTTP/1.1",
  ],
  ...[
    "CONNECT a:1 HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "GET http://x/y HTTP/1.1",
    "\u0016\u0003\u0001",
    "",
    "POST",
    "get /healthz http/1.1",
  ],
  ...[
    "GET /%00 HTTP/1.1",
    "GET //// HTTP/1.1",
    "GET /v1/runs/%2e%2e%2f HTTP/1.1",
    `GET /${"a".repeat(20_000)} HTTP/1.1`,
  ],
];
const HEADERS = [
  ...[
    "Host: 127.0.0.1",
    "Host:",
    "Host: a\r\nHost: b",
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Content-Length: 5",
  ],
  ...[
    "Content-Length: 5\r\nContent-Length: 6",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: x",
  ],
  ...[
    "Transfer-Encoding: chunked\r\nContent-Length: 3",
    "Expect: 100-continue",
    "Expect: x",
    "Upgrade: websocket\r\nConnection: upgrade",
  ],
  ...[
    "Connection: close",
    `X: ${"y".repeat(20_000)}`,
    " folded",
    "no colon",
    ": empty",
    "X\u0000: 1",
    "X: \u0000",
    "Content-Encoding: gzip",
  ],
  ...[
    "auth: x",
    "Authorization: Bearer",
    "Authorization: bearer \t",
    "Content-Type: \u00ff",
    "Content-Type: ;;;",
    "Cookie: a",
  ],
];
const BODIES = [
  "",
  "jobs: []\n",
  "5\r\nabc",
  "3\r\nabc\r\n0\r\n\r\n",
  "ffffffffff\r\n",
  "-1\r\n",
  "zz\r\n",
  "0\r\nX: 1\r\n\r\n",
  "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
];

/** Malformed and odd HTTP. */
function raw(chance: Chance, key: string): Shot {
  const headers = [
    ...chance.times(5, () => chance.of(HEADERS)),
    ...(chance.percent(50) ? [`Authorization: Bearer ${key}`] : []),
  ];
  const end = chance.of(["\r\n", "\r\n", "\r\n", "\n", "\r"]);
  const text = `${chance.of(LINES)}${end}${headers.map((line) => line + end).join("")}${end}${chance.of(BODIES)}`;
  const bytes = Buffer.from(text, "latin1");
  for (let count = chance.percent(40) ? chance.below(4) : 0; count > 0 && bytes.length > 0; count--) {
    bytes[chance.below(bytes.length)] = chance.below(256);
  }
  const cut = chance.below(bytes.length + 1);
  const pieces = chance.percent(50) ? [bytes] : [bytes.subarray(0, cut), bytes.subarray(cut)];
  return { pieces, abort: chance.percent(10) };
}

/** All routes but those that stop nodes; `U` is the id of a run. */
const ROUTES: readonly (readonly [string, string])[] = [
  ...(["/ojob", "/yaml", "/json", "/run", "/v1/runs", "/v1/queue/purge", "/v1/nodes", "/v1/runs/U/retry"] as const).map(
    (path) => ["POST", path] as const,
  ),
  ...(
    [
      "/healthz",
      "/readyz",
      "/metrics",
      "/openapi.json",
      "/v1/runs",
      "/v1/runs/U",
      "/v1/runs/U/result",
      "/v1/runs/U/log",
    ] as const
  ).map((path) => ["GET", path] as const),
  ...(
    [
      "/v1/queue",
      "/v1/nodes",
      "/v1/node/memory",
      "/v1/cluster/self",
      "/v1/cluster/records/U",
      "/v1/cluster/records/U/log",
    ] as const
  ).map((path) => ["GET", path] as const),
  ["DELETE", "/v1/runs/U"],
  ["DELETE", "/v1/cluster/records/U"],
  ["POST", "/v1/cluster/beats"],
  ["POST", "/v1/cluster/runs"],
  ["PUT", "/ojob"],
  ["PATCH", "/v1/runs/U"],
  ["HEAD", "/v1/runs"],
  ["OPTIONS", "/v1/runs/U/log"],
];
const UUIDS = [
  "a-1-1",
  "127.0.0.1-8787-1",
  "localhost-0-0",
  "x-99999-1",
  "..%2f..%2fetc-1-1",
  "%00-1-1",
  "a-1-1%0d%0aX: 1",
  `${"h".repeat(250)}-1-1`,
  `${"h".repeat(2000)}-1-1`,
  "[::1]-1-1",
  "é-1-1",
  "%zz",
  "a-1-n_1",
  "-1-1",
  "a--1-1",
  `a-1-${"9".repeat(40)}`,
];
const VALUES = [
  "",
  "0",
  "1",
  "-1",
  "1e3",
  "1.5",
  "NaN",
  "Infinity",
  "true",
  "99999999999999999999",
  "2147483648",
  "é",
  "%00",
  "%ff",
  "%zz",
  "a,b,,c",
  "done,failed",
  "2026-13-45",
  "2026-01-01T00:00:00Z",
  "x".repeat(5000),
  "a%20b",
  "__proto__",
  "[]",
  "*",
];
const QUERY = [
  "wait",
  "follow",
  "from",
  "format",
  "limit",
  "cursor",
  "state",
  "name",
  "file",
  "since",
  "until",
  "forget",
  "waitMs",
  "cname",
  "offer",
  "__async",
  "__proto__",
  "a",
];
const NAMES = [
  "prefer",
  "idempotency-key",
  "last-event-id",
  "accept",
  "content-encoding",
  "content-type",
  "auth",
  "x-rojob-signature",
  "x-rojob-date",
  "x-rojob-nonce",
  "x-rojob-key",
  "traceparent",
  "expect",
  "range",
  "if-match",
  "origin",
];
const HEADER_VALUES = [
  "",
  "x",
  "respond-async",
  "wait=0",
  "wait=99999999999",
  'wait="',
  '"'.repeat(3000),
  "text/event-stream",
  "a".repeat(64),
  "0".repeat(5000),
  "\u00e9",
  "gzip",
  "identity",
  "-1",
  ",,,;;;===",
  "1-2-3",
];

/** Values at and behind what routes, queries and headers may have. */
function border(chance: Chance, key: string): Shot {
  const [method, path] = chance.of(ROUTES);
  const query = chance
    .times(4, () => `${chance.of(QUERY)}${chance.percent(90) ? "=" : ""}${chance.of(VALUES)}`)
    .filter((part) => !/^(follow|wait)/.test(part) || chance.percent(20));
  const target = path.replace("U", () => chance.of(UUIDS)) + (query.length > 0 ? `?${query.join("&")}` : "");
  const headers: [string, string][] = chance.times(
    3,
    () => [chance.of(NAMES), chance.of(HEADER_VALUES)] as [string, string],
  );
  if (chance.percent(80)) headers.push(["authorization", `Bearer ${key}`]);
  const body =
    method === "POST"
      ? chance.of(["", "jobs: []\n", '{"ojob":"jobs: []"}', '"a.yaml"', "{}", "[]", "x".repeat(70_000), "\u0000"])
      : "";
  if (method === "POST") headers.push(["content-length", String(Buffer.byteLength(body))]);
  return { pieces: [Buffer.from(head(method, target.replace(/é/g, "\u00e9"), headers), "latin1"), body] };
}
