import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { SignatureMemory } from "../../service/signing/signature-memory.js";

function scratchFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "rojob-memory-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "signatures");
}

function codeOf(use: () => void): string {
  try {
    use();
    return "good";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the file of used signatures", () => {
  it("has the newest date in its first line before a signature of that date counts", () => {
    const file = scratchFile();
    const memory = new SignatureMemory(1000);
    memory.open(file);
    const firstLine = () => readFileSync(file, "utf8").split("\n")[0];
    expect(firstLine()).toBe("000000000000000");
    memory.clients.use("a", 1005, 1000);
    expect(firstLine()).toBe("000000000001005");
    // An older one changes nothing, and a refused one neither.
    memory.clients.use("b", 1001, 1000);
    expect(codeOf(() => memory.clients.use("a", 1100, 1000))).toBe("signature_replayed");
    expect(firstLine()).toBe("000000000001005");
    memory.peers.use("life-1", 1010, 1000);
    expect(firstLine()).toBe("000000000001010");
  });

  it("of a life that was stopped is taken over whole, and then is that of a life that may die", () => {
    const file = scratchFile();
    const first = new SignatureMemory(1000);
    first.open(file);
    first.clients.use("a", 1005, 1000);
    first.close();
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(3);
    const second = new SignatureMemory(1020);
    second.open(file);
    expect(readFileSync(file, "utf8")).toBe("000000000001005\n");
    // A date older than the newest date is good, as long as it is not older than the start of the first.
    expect(codeOf(() => second.clients.use("b", 1000, 1020))).toBe("good");
    expect(codeOf(() => second.clients.use("c", 999, 1020))).toBe("signature_before_start");
  });

  it.each(["", "nonsense", "12x\n", "\n", "000000000001005\n{", "-5\n"])(
    "that holds %j is read as that of a life that died",
    (text) => {
      const file = scratchFile();
      writeFileSync(file, text);
      const memory = new SignatureMemory(1000);
      memory.open(file);
      const newest = text.startsWith("0") ? 1005 : 0;
      const earliest = Math.max(1000, newest + 1);
      expect(codeOf(() => memory.clients.use("a", earliest - 1, 1000))).toBe("signature_before_start");
      expect(codeOf(() => memory.clients.use("a", earliest, 1000))).toBe("good");
    },
  );

  it("is closed once, and nothing is written after that", () => {
    const file = scratchFile();
    const memory = new SignatureMemory(1000);
    memory.close();
    memory.open(file);
    memory.clients.use("a", 1001, 1000);
    memory.close();
    const text = readFileSync(file, "utf8");
    memory.close();
    expect(codeOf(() => memory.clients.use("b", 1002, 1000))).toBe("good");
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("that cannot be written is told of once; signatures count on", () => {
    const file = scratchFile();
    const troubles: unknown[] = [];
    const memory = new SignatureMemory(1000, (error) => troubles.push(error));
    memory.open(file);
    // The descriptor it writes to is one for reading now: whatever is written fails.
    const { fd } = { fd: (memory as unknown as { file: number }).file };
    closeSync(fd);
    const readOnly = openSync(file, constants.O_RDONLY);
    (memory as unknown as { file: number }).file = readOnly;
    onTestFinished(() => closeSync(readOnly));
    expect(["a", "b"].map((nonce, at) => codeOf(() => memory.clients.use(nonce, 1001 + at, 1000)))).toEqual([
      "good",
      "good",
    ]);
    expect(troubles).toMatchObject([{ code: "EBADF" }]);
  });
});

it("without a file a node knows its own signatures, and nothing from before its start", () => {
  const memory = new SignatureMemory();
  const nowS = Math.floor(Date.now() / 1000);
  expect(codeOf(() => memory.clients.use("a", nowS - 2, nowS))).toBe("signature_before_start");
  expect(["a", "a"].map((nonce) => codeOf(() => memory.clients.use(nonce, nowS + 1, nowS)))).toEqual([
    "good",
    "signature_replayed",
  ]);
  memory.close();
});
