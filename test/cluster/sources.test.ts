import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatAddress, isLocalSocket, parseAddress } from "../../service/base/address.js";
import { ownerOf } from "../../service/cluster/run-owner.js";
import { nodesOfWorkFolder, readFallbacks, readSources, resolveSource } from "../../service/cluster/sources/index.js";
import { withSourceKinds } from "../../tools/kind-documents.js";
import { nameServer } from "./name-server.js";

describe("CDISC", () => {
  it("lists nodes and names, in any mixture", () => {
    expect(readSources(" a:1, [fd00::1]:8787 ,dns:tasks.rojob:8787,srv:_rojob._tcp.example.org.")).toEqual([
      { kind: "node", address: { host: "a", port: 1 } },
      { kind: "node", address: { host: "fd00::1", port: 8787 } },
      { kind: "dns", name: "tasks.rojob", port: 8787 },
      { kind: "srv", name: "_rojob._tcp.example.org." },
    ]);
  });

  it.each(["a", "a:0", "a:65536", "dns:a", "dns:a:b", "srv:", "fd00::1:8787", "http://a:1"])(
    "%s is told apart",
    (text) => {
      expect(() => readSources(`ok:1,${text}`)).toThrow(`'${text}' must be host:port, dns:name:port`);
    },
  );

  it("is in docs/cluster.md with all it can list (else: npm run generate)", () => {
    const text = readFileSync(new URL("../../docs/cluster.md", import.meta.url), "utf8");
    expect(withSourceKinds(text)).toBe(text);
  });

  it("asks name servers: all addresses of a name, hosts and ports of a service", async () => {
    const { resolver, close } = await nameServer({
      A: { "rojob.example": ["10.0.0.1", "10.0.0.2", "10.0.0.3"], "four.example": ["10.0.0.4"] },
      AAAA: { "rojob.example": ["fd00::7"] },
      SRV: {
        "_rojob._tcp.example": [
          { name: "n1.example", port: 8787 },
          { name: "n2.example", port: 8788 },
        ],
      },
    });
    onTestFinished(close);
    const hosts = async (name: string) => {
      const found = await resolveSource({ kind: "dns", name, port: 87 }, resolver);
      return found.map(formatAddress).sort();
    };
    expect(await hosts("rojob.example")).toEqual(["10.0.0.1:87", "10.0.0.2:87", "10.0.0.3:87", "[fd00::7]:87"]);
    expect(await hosts("four.example")).toEqual(["10.0.0.4:87"]);
    // Names that only this machine knows are found, too.
    expect(await hosts("localhost")).toContain("127.0.0.1:87");
    const service = await resolveSource({ kind: "srv", name: "_rojob._tcp.example" }, resolver);
    expect(service.map(formatAddress).sort()).toEqual(["n1.example:8787", "n2.example:8788"]);
    await expect(resolveSource({ kind: "srv", name: "_none._tcp.example" }, resolver)).rejects.toThrow();
  });

  it("reads the pid files of a work folder, and no other files", async () => {
    const work = mkdtempSync(join(tmpdir(), "rojob-sources-"));
    onTestFinished(() => rmSync(work, { recursive: true }));
    const folder = join(work, ".rojob");
    mkdirSync(folder);
    writeFileSync(join(folder, "roJob_fd00--1_8787.pid"), `12\n${JSON.stringify({ node: "[fd00::1]:8787" })}\n`);
    writeFileSync(join(folder, "roJob_a_b_8788.pid"), `13\n${JSON.stringify({ node: "a_b:8788" })}\n`);
    writeFileSync(join(folder, "roJob_old_8789.pid"), "14");
    writeFileSync(join(folder, "x.yaml"), "");
    expect((await nodesOfWorkFolder(work)).map(formatAddress).sort()).toEqual(["[fd00::1]:8787", "a_b:8788"]);
  });
});

it("FALLBACKS lists nodes only", () => {
  expect(readFallbacks("a:1,b:2")).toEqual([
    { host: "a", port: 1 },
    { host: "b", port: 2 },
  ]);
  expect(() => readFallbacks("a:1,dns:b:2")).toThrow("'dns:b:2' is not host:port");
});

it("the owner of a run is in its uuid, whatever dashes its host has", () => {
  expect(ownerOf("127.0.0.1-8787-2938014020073")).toEqual({ host: "127.0.0.1", port: 8787 });
  expect(ownerOf("my-node-1-8787-my_job_2702013982249")).toEqual({ host: "my-node-1", port: 8787 });
  expect(ownerOf("nothing")).toBeUndefined();
});

it("addresses are read as they are written, and those of this machine are known", () => {
  for (const text of ["a:1", "[fd00::1]:65535", "127.0.0.1:8787"])
    expect(formatAddress(parseAddress(text)!)).toBe(text);
  expect(["127.0.0.1", "::1", "::ffff:127.0.0.1", undefined].map(isLocalSocket)).toEqual([true, true, true, true]);
  expect(["10.0.0.1", "::ffff:10.0.0.1", "fd00::1"].map(isLocalSocket)).toEqual([false, false, false]);
});
