import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ManagedNode, startManaged, textOf } from "./managed-node.js";

/** Paths that lead out of the work folder, or into what is the service's in it. */
const OUTSIDE = [
  "..",
  "../outside",
  "../work-evil",
  "../work-evil/x.txt",
  "a/../../outside/secret.txt",
  "out-link",
  "out-link/secret.txt",
  "out-file",
  "dangling",
  ".rojob",
  ".rojob/apikey",
  "a/../.rojob/logs",
  "own-link",
  "a\0b",
];

describe("paths below the work folder", () => {
  let managed: ManagedNode;

  beforeAll(async () => {
    managed = await startManaged();
    const { around, work } = managed;
    for (const folder of ["outside", "work-evil"]) mkdirSync(join(around, folder));
    writeFileSync(join(around, "outside/secret.txt"), "secret");
    writeFileSync(join(around, "work-evil/x.txt"), "evil");
    managed.put("a/a.txt");
    writeFileSync(join(work, ".rojob/apikey"), "key");
    symlinkSync(join(around, "outside"), join(work, "out-link"));
    symlinkSync(join(around, "outside/secret.txt"), join(work, "out-file"));
    symlinkSync(join(around, "not-there"), join(work, "dangling"));
    symlinkSync(".rojob", join(work, "own-link"));
    symlinkSync("a", join(work, "in-link"));
  });
  afterAll(() => managed?.close());

  const untouched = (): unknown[] => [
    textOf(join(managed.around, "outside/secret.txt")),
    textOf(join(managed.around, "work-evil/x.txt")),
    textOf(join(managed.work, ".rojob/apikey")),
    existsSync(join(managed.around, "not-there")),
  ];
  const AS_BEFORE = ["secret", "evil", "key", false];

  it.each(OUTSIDE)("cleanwork refuses %s", async (path) => {
    const error = `Invalid path: '${path}'`;
    expect(await managed.run("rojob/cleanwork.yaml", { path })).toEqual({
      path,
      error,
      __errors: [{ name: "Clean work", error: [error], at: expect.anything() }],
    });
    expect(untouched()).toEqual(AS_BEFORE);
  });

  it.each(OUTSIDE)("listwork lists the work folder instead of %s", async (path) => {
    const reply = await managed.run("rojob/listwork.yaml", { path });
    expect(reply.path).toBe(path);
    const names = reply.work.map((file: any) => file.filepath.slice(managed.work.length + 1)).sort();
    // Folders behind links are not walked into, and links that lead out are not listed.
    expect(names).toEqual(["a", "a/a.txt", "dangling", "in-link"]);
  });

  it.each(OUTSIDE)("zipfolder refuses %s", async (source) => {
    const reply = await managed.run("in/zipfolder.yaml", { source });
    expect(reply).toEqual({ error: `Invalid path: '${source}'`, __errors: expect.any(Array) });
    expect(readdirSync(managed.around).sort()).toEqual(["outside", "run", "work", "work-evil"]);
  });

  it.each(OUTSIDE)("gitclone refuses %s", async (target) => {
    const giturl = join(managed.around, "no-repository");
    const reply = await managed.run("in/gitclone.yaml", { giturl, target });
    expect(reply).toEqual({ error: `Invalid path: '${target}'`, __errors: expect.any(Array) });
    expect(untouched()).toEqual(AS_BEFORE);
  });

  it("zipfolder packs a folder beside it, without what links in it lead to", async () => {
    managed.put("source/a.txt", "one");
    managed.put("source/sub/b.txt", "two");
    symlinkSync(join(managed.around, "outside"), join(managed.work, "source/out"));
    symlinkSync(join(managed.around, "outside/secret.txt"), join(managed.work, "source/out.txt"));
    for (let pass = 0; pass < 2; pass++)
      expect(await managed.run("in/zipfolder.yaml", { source: "source" })).toEqual({ zipFile: "/source.zip" });
    const program =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print({n: z.read(n).decode() for n in sorted(z.namelist())})";
    const listed = execFileSync("python3", ["-c", program, join(managed.work, "source.zip")], { encoding: "utf8" });
    expect(listed.trim()).toBe("{'a.txt': 'one', 'sub/b.txt': 'two'}");
  });

  it.each([
    [{}, "Please provide a source."],
    [{ source: "no-such" }, "Folder not found: 'no-such'"],
    [{ source: "a/a.txt" }, "Folder not found: 'a/a.txt'"],
    [{ source: "/" }, "Invalid path: '/'"],
  ])("zipfolder with %j says %s", async (args, error) => {
    expect(await managed.run("in/zipfolder.yaml", args as Record<string, string>)).toMatchObject({
      error,
      __errors: [{ error: [error] }],
    });
  });
});
