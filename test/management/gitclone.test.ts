import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { testWith } from "../services.js";
import { type ManagedNode, startManaged, textOf } from "./managed-node.js";

describe("gitclone", () => {
  let managed: ManagedNode;
  let repository: string;

  const git = (...args: string[]): void => {
    const who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
    execFileSync("git", [...who, ...args], { cwd: repository, stdio: "pipe" });
  };
  const commit = (text: string): void => {
    writeFileSync(join(repository, "file.txt"), text);
    git("add", ".");
    git("commit", "-q", "-m", text);
  };

  beforeAll(async () => {
    managed = await startManaged();
    repository = join(managed.around, "repository");
    mkdirSync(repository);
  });
  afterAll(() => managed?.close());

  testWith("git", "clones a repository, then pulls what is new", async () => {
    git("init", "-q");
    commit("one");
    for (const giturl of [repository, `file://${repository}`]) {
      const target = `repos/${giturl === repository ? "path" : "url"}`;
      expect(await managed.run("in/gitclone.yaml", { giturl, target })).toEqual({ action: "clone" });
      expect(textOf(join(managed.work, target, "file.txt"))).toBe("one");
    }
    commit("two");
    expect(await managed.run("in/gitclone.yaml", { giturl: repository, target: "repos/path" })).toEqual({
      action: "pull",
    });
    expect(textOf(join(managed.work, "repos/path/file.txt"))).toBe("two");
    git("checkout", "-q", "-b", "other");
    commit("three");
    const asked = { giturl: repository, target: "repos/branch", branch: "other" };
    expect(await managed.run("in/gitclone.yaml", asked)).toEqual({ action: "clone" });
    expect(textOf(join(managed.work, "repos/branch/file.txt"))).toBe("three");
  });

  testWith("git", "says what it misses, and what git could not do", async () => {
    const errorOf = async (args: Record<string, string>) => {
      const reply = await managed.run("in/gitclone.yaml", args);
      expect(Object.keys(reply)).toEqual(["error", "__errors"]);
      return reply.error;
    };
    expect(await errorOf({ target: "x" })).toBe("Please provide a giturl.");
    expect(await errorOf({ giturl: repository })).toBe("Please provide a target.");
    expect(await errorOf({ giturl: join(managed.around, "no-such"), target: "x" })).toContain("no-such");
    expect(await errorOf({ giturl: repository, target: "y", branch: "no-branch" })).toContain("no-branch");
    expect(await errorOf({ giturl: `ext::sh -c touch% ${managed.around}/evil`, target: "z" })).toContain("git clone");
    expect(existsSync(join(managed.around, "evil"))).toBe(false);
  });

  testWith("git", "tells user and password to the server and nobody else", async (real) => {
    // In front of git: notes how it was called, then calls it.
    const bin = join(managed.around, "bin");
    const calls = join(managed.around, "calls");
    mkdirSync(bin);
    writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$@" >> '${calls}'\nexec '${real}' "$@"\n`);
    chmodSync(join(bin, "git"), 0o755);
    const server = await protectedServer();
    const path = process.env.PATH;
    process.env.PATH = `${bin}:${path}`;
    const other = await startManaged();
    process.env.PATH = path;
    const { port } = server.address() as AddressInfo;
    try {
      const ways: Record<string, string>[] = [
        { giturl: `http://127.0.0.1:${port}/a.git`, user: "ann", pass: "s3cr3t-p4ss" },
        { giturl: `http://ann:s3cr3t-p4ss@127.0.0.1:${port}/a.git` },
      ];
      for (const [index, way] of ways.entries()) {
        const reply = await other.run("in/gitclone.yaml", { ...way, target: `t${index}` });
        // The server has no repository, but it lets only those in who know the password.
        expect(reply.error).toContain("git clone failed");
        expect(JSON.stringify(reply)).not.toContain("s3cr3t");
      }
      expect(seen).toEqual(expect.arrayContaining(["ann:s3cr3t-p4ss"]));
      expect(seen.filter((login) => login === "ann:s3cr3t-p4ss").length).toBeGreaterThanOrEqual(2);
      expect(readFileSync(calls, "utf8")).toMatch(/clone/);
      expect(readFileSync(calls, "utf8")).not.toContain("s3cr3t");
      expect(other.logged.join("")).not.toContain("s3cr3t");
    } finally {
      await other.close();
      server.close();
    }
  });

  const seen: string[] = [];

  /** Wants a login, notes it, and then has nothing. */
  function protectedServer(): Promise<Server> {
    const server = createServer((request, reply) => {
      const { authorization } = request.headers;
      if (authorization === undefined) reply.writeHead(401, { "www-authenticate": 'Basic realm="x"' });
      else {
        seen.push(Buffer.from(authorization.slice("Basic ".length), "base64").toString());
        reply.writeHead(404);
      }
      reply.end();
    });
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
  }
});
