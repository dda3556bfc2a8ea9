import { describe, expect, it } from "vitest";
import { NonceWindows } from "../../service/signing/nonce-windows.js";
import { Nonces } from "../../service/signing/nonces.js";

/** Result of a use: `good`, or the code of the refusal. */
function outcome(use: () => void): string {
  try {
    use();
    return "good";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("nonces of clients", () => {
  const use = (nonces: Nonces, nonce: string, dateS: number, nowS = dateS) =>
    outcome(() => nonces.use(nonce, dateS, nowS));

  it("are remembered as long as their signature would be accepted, to the second", () => {
    for (const dateS of [1019, 1020, 1021, 1079]) {
      const nonces = new Nonces(300);
      expect(use(nonces, "a", dateS)).toBe("good");
      // The last second at which its date is within 300 s.
      expect(use(nonces, "a", dateS + 300, dateS + 300)).toBe("signature_replayed");
    }
  });

  it("are forgotten, with the room they take, a minute after that at the latest", () => {
    const nonces = new Nonces(300, 1);
    expect(use(nonces, "a", 1020)).toBe("good");
    expect(use(nonces, "b", 1379)).toBe("nonces_full");
    expect(use(nonces, "b", 1380)).toBe("good");
    expect(use(nonces, "a", 1381)).toBe("nonces_full");
  });

  it("are kept by the hundred thousand, and refused from the limit on", () => {
    const nonces = new Nonces(300, 3);
    expect(["a", "b", "c", "d"].map((nonce) => use(nonces, nonce, 1000))).toEqual([
      "good",
      "good",
      "good",
      "nonces_full",
    ]);
    expect(use(nonces, "a", 1000)).toBe("signature_replayed");
    const many = new Nonces(300);
    for (let number = 0; number < 100_000; number++) many.use(`nonce-${number}`, 1000 + (number % 60), 1000);
  });

  it("that were restored count as used, and take their room", () => {
    const first = new Nonces(300, 3);
    for (const [nonce, dateS] of [
      ["a", 1000],
      ["b", 1100],
    ] as const)
      expect(use(first, nonce, dateS)).toBe("good");
    const second = new Nonces(300, 3);
    second.restore(first.kept());
    expect(["a", "b", "c", "d"].map((nonce) => use(second, nonce, 1100))).toEqual([
      "signature_replayed",
      "signature_replayed",
      "good",
      "nonces_full",
    ]);
    // Room comes back as their time is over.
    expect(["d", "e"].map((nonce) => use(second, nonce, 1320))).toEqual(["good", "nonces_full"]);
  });
});

describe("numbered nonces of peers", () => {
  const use = (windows: NonceWindows, nonce: string, nowS = 1000, dateS = nowS) =>
    outcome(() => windows.use(nonce, dateS, nowS));
  const numbered = (number: number, life = "life") => `${life}-${number.toString(36)}`;

  it("are those of a life: a dash, and a number above 0 in base 36", () => {
    const windows = new NonceWindows(300);
    for (const nonce of ["life", "life-", "life-0", "life--1", "-1", "life-_", `life-${"z".repeat(20)}`])
      expect([nonce, use(windows, nonce)]).toEqual([nonce, nonce === "life--1" ? "good" : "signature_replayed"]);
    // The text before the last dash is the life.
    expect([use(windows, "life--1"), use(windows, "life-1"), use(windows, "l-1")]).toEqual([
      "signature_replayed",
      "good",
      "good",
    ]);
  });

  it("may overtake each other by up to 1023 others that are under way", () => {
    const windows = new NonceWindows(300);
    expect(use(windows, numbered(2000))).toBe("good");
    expect(use(windows, numbered(2000 + 1023))).toBe("good");
    // 2001 is 1022 behind the newest; 2000 was used, and whatever has its place before it counts as used, too.
    expect(use(windows, numbered(2001))).toBe("good");
    expect(use(windows, numbered(2000 + 1024))).toBe("good");
    for (const number of [2000, 2000 - 1024, 2000 + 1024])
      expect(use(windows, numbered(number))).toBe("signature_replayed");
  });

  it("a late one counts as used when a thousand and more have come after it", () => {
    const windows = new NonceWindows(300);
    for (let number = 2; number <= 1026; number++) expect(use(windows, numbered(number))).toBe("good");
    expect(use(windows, numbered(1))).toBe("signature_replayed");
  });

  it("of a life are forgotten when it has said nothing for twice the time a signature lives, not before", () => {
    const windows = new NonceWindows(300);
    expect(use(windows, "a-1", 1000)).toBe("good");
    // Looked at when a further life comes.
    expect(use(windows, "b-1", 1600)).toBe("good");
    expect(use(windows, "a-1", 1600)).toBe("signature_replayed");
    expect(use(windows, "c-1", 2201)).toBe("good");
    // That of b was 1600, that of a 1600, when it was refused.
    expect(windows.kept().map(([life]) => life)).toEqual(["c"]);
  });

  it("a life is remembered by its newest date or use, whichever is later", () => {
    const windows = new NonceWindows(300);
    expect(use(windows, "ahead-1", 1000, 1300)).toBe("good");
    expect(use(windows, "behind-1", 1000, 700)).toBe("good");
    expect(use(windows, "behind-2", 900, 700)).toBe("good");
    expect(windows.kept()).toEqual([
      ["ahead", 1, 1300],
      ["behind", 2, 1000],
    ]);
  });

  it("that were restored count as used up to the newest, and whoever sent them is remembered as long", () => {
    const windows = new NonceWindows(300);
    windows.restore([["a", 40, 1000]]);
    expect([use(windows, numbered(40, "a"), 1100), use(windows, numbered(41, "a"), 1100)]).toEqual([
      "signature_replayed",
      "good",
    ]);
    expect(windows.kept()).toEqual([["a", 41, 1100]]);
    expect(use(windows, "b-1", 1701)).toBe("good");
    expect(windows.kept().map(([life]) => life)).toEqual(["b"]);
  });
});
