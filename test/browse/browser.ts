import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createBrowser } from "../../service/browse/index.js";
import { OwnNames } from "../../service/config/own-names.js";

export const KEY = "key-of-the-browser-tests";

export interface Reply {
  status: number;
  headers: Record<string, string | undefined>;
  body: string;
}

export interface TestBrowser {
  /** The work folder. */
  work: string;
  /** The folder around it. */
  outside: string;
  errors: unknown[];
  /** Sends a target as it is: no client makes it shorter. */
  get(target: string, headers?: Record<string, string>, method?: string): Promise<Reply>;
}

/** A browser of a new folder that has a few files; both are gone after the test. */
export async function startBrowser({ apiKey = KEY }: { apiKey?: string | null } = {}): Promise<TestBrowser> {
  const outside = mkdtempSync(join(tmpdir(), "rojob-browse-"));
  const work = join(outside, "work");
  mkdirSync(join(work, ".rojob"), { recursive: true });
  mkdirSync(join(work, "reports/2026"), { recursive: true });
  writeFileSync(join(work, ".rojob/apikey"), "the key of the node");
  writeFileSync(join(work, "reports/sum.csv"), "a,b\n1,2\n");
  writeFileSync(join(work, "a b&<ü>.txt"), "ünï");
  writeFileSync(join(work, "empty"), "");
  writeFileSync(join(outside, "secret.txt"), "outside");
  const errors: unknown[] = [];
  const app = await createBrowser({
    folder: work,
    apiKey: apiKey ?? undefined,
    names: new OwnNames({ HOST: "localhost" }),
    onError: (error) => errors.push(error),
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await app.close();
    rmSync(outside, { recursive: true, force: true });
  });
  const { port } = app.server.address() as AddressInfo;
  const get: TestBrowser["get"] = (path, headers = { authorization: `Bearer ${KEY}` }, method = "GET") =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, path, headers, method, agent: false }, (reply) => {
        let body = "";
        reply.setEncoding("utf8").on("data", (chunk) => (body += chunk));
        reply.on("end", () => resolve({ status: reply.statusCode!, headers: reply.headers as Reply["headers"], body }));
      })
        .on("error", reject)
        .end();
    });
  return { work, outside, errors, get };
}
