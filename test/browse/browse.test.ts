import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { KEY, startBrowser } from "./browser.js";

const json = { authorization: `Bearer ${KEY}`, accept: "application/json" };
const page = { authorization: `Bearer ${KEY}`, accept: "text/html,*/*" };
const names = (body: string) => (JSON.parse(body) as { entries: { name: string }[] }).entries.map(({ name }) => name);

describe("what is shown", () => {
  test("a folder as JSON: folders first, without the node's own", async () => {
    const { get } = await startBrowser();
    const reply = await get("/", json);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toEqual({
      path: "",
      entries: [
        { name: "reports", kind: "folder", size: 0, modified: expect.stringMatching(/^\d{4}-.*Z$/) },
        { name: "a b&<ü>.txt", kind: "file", size: 5, modified: expect.any(String) },
        { name: "empty", kind: "file", size: 0, modified: expect.any(String) },
      ],
    });
    expect(names((await get("/reports/?format=json")).body)).toEqual(["2026", "sum.csv"]);
  });

  test("a folder as a page whose links lead to what they name", async () => {
    const { get } = await startBrowser();
    const { status, headers, body } = await get("/", page);
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(body).toContain("a b&amp;&lt;ü&gt;.txt");
    expect(body).not.toContain("<ü>");
    expect(body).not.toContain(".rojob");
    const [, link] = /href="\.\/([^"]+txt)"/.exec(body)!;
    expect((await get(`/${link}`)).body).toBe("ünï");
    expect((await get("/reports/2026/", page)).body).toContain('<a href="/reports/">reports</a>');
    expect((await get("/reports/2026/", page)).body).toContain("This folder is empty.");
  });

  test("the page of a folder without its slash is the one with it", async () => {
    const { get } = await startBrowser();
    const reply = await get("/reports", page);
    expect([reply.status, reply.headers.location]).toEqual([302, "/reports/"]);
  });

  test("a file as it is, to be saved", async () => {
    const { get, work } = await startBrowser();
    writeFileSync(join(work, "page.html"), "<script>alert(1)</script>");
    const reply = await get("/page.html", page);
    expect(reply.body).toBe("<script>alert(1)</script>");
    expect(reply.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename*=UTF-8''page.html",
      "content-length": "25",
      "x-content-type-options": "nosniff",
    });
    expect((await get("/empty")).body).toBe("");
  });

  test("HEAD has the size and sends no body", async () => {
    const { get } = await startBrowser();
    const reply = await get("/reports/sum.csv", undefined, "HEAD");
    expect([reply.status, reply.headers["content-length"], reply.body]).toEqual([200, "8", ""]);
  });

  test("a file that jobs write to meanwhile is sent as it was found, or broken off, never padded", async () => {
    const { get, work } = await startBrowser();
    const file = join(work, "log");
    writeFileSync(file, "x".repeat(300_000));
    const before = get("/log");
    appendFileSync(file, "y".repeat(300_000));
    expect((await before).body.replaceAll("x", "").replaceAll("y", "")).toBe("");
    truncateSync(file, 10);
    expect((await get("/log")).body).toBe("x".repeat(10));
  });
});

describe("who may see it", () => {
  test("the key opens, as a bearer's and as the password of any user", async () => {
    const { get } = await startBrowser();
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    expect((await get("/", { authorization: `Bearer ${KEY}` })).status).toBe(200);
    expect((await get("/", basic(`ann:${KEY}`))).status).toBe(200);
    for (const headers of [
      {},
      basic("ann:wrong"),
      basic(KEY),
      { authorization: "Bearer wrong" },
      { authorization: "x" },
    ]) {
      const reply = await get("/reports/sum.csv", headers as Record<string, string>);
      expect(reply.status).toBe(401);
      expect(reply.headers["www-authenticate"]).toMatch(/^Basic realm=/);
      expect(reply.body).not.toContain("a,b");
    }
  });

  test("without the key no reply shows whether a file exists", async () => {
    const { get } = await startBrowser();
    const [there, away] = [await get("/empty", {}), await get("/away", {})];
    expect([there.status, there.body]).toEqual([away.status, away.body]);
  });

  test("health needs none", async () => {
    const { get } = await startBrowser();
    expect((await get("/healthz", {})).body).toBe('{"status":"ok"}');
  });

  test("with PRIVATE nobody is asked", async () => {
    const { get } = await startBrowser({ apiKey: null });
    expect((await get("/", {})).status).toBe(200);
  });
});

describe("nothing else is shown", () => {
  test.each([
    "/../secret.txt",
    "/reports/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/reports/%2e%2e/%2e%2e/secret.txt",
    "//../secret.txt",
    "/./../secret.txt",
    "/secret.txt%00.csv",
    "/.rojob/apikey",
    "/.rojob",
    "/.ROJOB/apikey",
    "/%2erojob/apikey",
    "/reports/../.rojob/apikey",
    "/%2Frojob/apikey",
    "/%ff",
    "/%",
    "/away",
    "/empty/below",
  ])("%s is not there", async (path) => {
    const { get, errors } = await startBrowser();
    const reply = await get(path);
    expect(reply.status, reply.body).toBe(path === "/%" || path === "/%ff" ? reply.status : 404);
    expect([400, 404]).toContain(reply.status);
    expect(reply.body).not.toMatch(/outside|key of the node/);
    expect(errors).toEqual([]);
  });

  test("links are followed inside, and not there when they lead out or to the node's own", async () => {
    const { get, work, outside } = await startBrowser();
    symlinkSync("reports/sum.csv", join(work, "inside"));
    symlinkSync(join(outside, "secret.txt"), join(work, "out"));
    symlinkSync(outside, join(work, "around"));
    symlinkSync(".rojob", join(work, "own"));
    symlinkSync("nowhere", join(work, "dangling"));
    symlinkSync("circle", join(work, "circle"));
    expect((await get("/inside")).body).toBe("a,b\n1,2\n");
    for (const path of ["/out", "/around/", "/around/secret.txt", "/own/", "/own/apikey", "/dangling", "/circle"]) {
      expect((await get(path)).status, path).toBe(404);
    }
    expect(names((await get("/", json)).body)).toEqual(["reports", "a b&<ü>.txt", "empty", "inside"]);
  });

  test("a pipe is not there, and nobody waits for its writer", async () => {
    const { get, work } = await startBrowser();
    execFileSync("mkfifo", [join(work, "pipe")]);
    expect((await get("/pipe")).status).toBe(404);
    expect(names((await get("/", json)).body)).not.toContain("pipe");
  });

  test("a file that becomes a link out while it is asked for never gives what is outside", async () => {
    const { get, work, outside } = await startBrowser();
    const file = join(work, "swapped");
    const replies: string[] = [];
    for (let round = 0; round < 60; round++) {
      rmSync(file, { force: true });
      writeFileSync(file, "inside");
      const reply = get("/swapped");
      await new Promise((resolve) => setTimeout(resolve, round % 4));
      rmSync(file);
      symlinkSync(join(outside, "secret.txt"), file);
      replies.push((await reply).body);
    }
    expect(replies.filter((body) => body.includes("outside"))).toEqual([]);
  });

  test.each(["POST", "PUT", "DELETE", "PATCH"])("%s changes nothing", async (method) => {
    const { get, work } = await startBrowser();
    expect((await get("/empty", undefined, method)).status).toBe(405);
    expect(readFileSync(join(work, "empty"), "utf8")).toBe("");
  });
});
