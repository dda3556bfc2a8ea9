import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { runInFolder } from "./run-in-folder.js";

describe("files of the scope", () => {
  it("are written with the folders above them, and name what is missing as Java does", async () => {
    const { result } = await runInFolder(`
      io.writeFileString("deep/er/a.txt", "çé 😀")
      __pm.text = io.readFileString("deep/er/a.txt")
      try { io.readFileString("gone.txt") } catch(e) { __pm.gone = String(e) }
      try { io.readFileStream("deep") } catch(e) { __pm.folder = String(e) }
    `);
    expect(result).toMatchObject({
      text: "çé 😀",
      gone: "JavaException: java.nio.file.NoSuchFileException: gone.txt",
      folder: "JavaException: java.io.FileNotFoundException: deep (Is a directory)",
    });
  });

  it("never cut a character where a block of a stream ends", async () => {
    const { result } = await runInFolder(`
      io.writeFileString("u.txt", repeat(70000, "€😀"))
      var text = ""
      ioStreamRead(io.readFileStream("u.txt"), t => { text += t }, 777)
      __pm.same = text == io.readFileString("u.txt")
    `);
    expect(result).toEqual({ same: true });
  });

  it("give the lines of one that has a single long line, and look at each part of it once", async () => {
    const { result } = await runInFolder(`
      io.writeFileString("long.txt", repeat(40000000, "x") + "\\nend")
      var lengths = [], searched = 0, indexOf = String.prototype.indexOf, split = String.prototype.split
      String.prototype.indexOf = function (...a) { searched += this.length; return indexOf.apply(this, a) }
      String.prototype.split = function (...a) { searched += this.length; return split.apply(this, a) }
      ioStreamReadLines(io.readFileStream("long.txt"), l => { lengths.push(l.length) })
      __pm = { lengths, searched }
    `);
    expect(result.lengths).toEqual([40000000, 3]);
    expect(result.searched).toBeGreaterThanOrEqual(40_000_000);
    expect(result.searched).toBeLessThan(3 * 40_000_000);
  });

  it("keep their text through encodings of one and of two bytes, with ? for what these lack", async () => {
    const { result } = await runInFolder(`
      __pm.texts = [ "ISO-8859-1", "UTF-16BE", "UTF-16", "windows-1252", "US-ASCII" ].map(enc => {
        io.writeFileString("e.txt", "aé€", enc)
        return [ io.fileInfo("e.txt").size, io.readFileString("e.txt", enc) ]
      })
    `);
    expect(result.texts).toEqual([
      [3, "aé?"],
      [6, "aé€"],
      [8, "aé€"],
      [3, "aé€"],
      [3, "a??"],
    ]);
  });
});

describe("archives of the scope", () => {
  it("are read by the tools everyone has, and read theirs", async () => {
    const { result, cwd } = await runInFolder(`
      plugin("ZIP")
      var z = new ZIP()
      z.putFile("a/é.txt", af.fromString2Bytes(repeat(1000, "zip ")))
      z.generate2File("x.zip", { compressionLevel: 9 })
      var name = repeat(60, "long/") + "name.txt"
      io.writeFileTARStream("x.tgz", true, add => add(name, af.fromString2InputStream("tar")))
      __pm.listed = $sh("tar tzf x.tgz").get(0).stdout.trim() == name
      $sh("mkdir p && echo deep > p/f && tar cf y.tar p").get()
      __pm.read = af.fromBytes2String(io.readFileTARBytes("y.tar", "p/f"))
    `);
    expect(result).toEqual({ listed: true, read: "deep\n" });
    const script =
      "import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),z.namelist(),len(z.read('a/é.txt')))";
    const seen = execFileSync("python3", ["-c", script, `${cwd}/x.zip`], { encoding: "utf8" });
    expect(seen.trim()).toBe("None ['a/é.txt'] 4000");
  });
});
