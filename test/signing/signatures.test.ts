import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { BodyHasher, hashOfBody, hashOfTrimmed, trimmedLength } from "../../service/signing/body-hash.js";
import { canonicalV2, keyIdOf, signV1, signV2, v1Window } from "../../service/signing/sign.js";
import { V1Verifier } from "../../service/signing/v1.js";
import { V2Verifier } from "../../service/signing/v2.js";

const KEY = "key-of-the-tests";
const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");

describe("the hash of a body", () => {
  const texts = ["", " ", "a", "a ", " a", "a b \t\r\n", "\n\n\n", "a\n b\n ", "a\u00a0"];

  it.each(texts)("of %j leaves out the blanks at its end only where that is asked for", (text) => {
    const body = Buffer.from(text);
    const trimmed = text.replace(/[ \t\r\n]+$/, "");
    expect([hashOfBody(body), hashOfTrimmed(body)]).toEqual([sha256(text), sha256(trimmed)]);
    expect(trimmedLength(body)).toBe(Buffer.byteLength(trimmed));
  });

  it.each(texts)("of %j is the same in whatever pieces it comes", (text) => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (let second = cut; second <= bytes.length; second++) {
        const hasher = new BodyHasher();
        for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut, second), bytes.subarray(second)])
          hasher.update(piece);
        // Kept for the body itself: nobody hashes it again.
        const body = Buffer.from("something else");
        hasher.keepFor(body);
        expect([hashOfBody(body), hashOfTrimmed(body)]).toEqual([
          sha256(text),
          sha256(text.replace(/[ \t\r\n]+$/, "")),
        ]);
      }
    }
  });
});

describe("signatures of version 1", () => {
  const NOW = 1_000_000 * 120_000;
  const verifier = new V1Verifier(KEY);
  const isGood = (
    signed: { uri?: string; data?: string; window?: number },
    sent: { target?: string; body?: string },
  ) => {
    const auth = signV1({ apiKey: KEY, window: v1Window(NOW), uri: "/ojob?", data: "", ...signed });
    return verifier.verify(auth, sent.target ?? "/ojob?", Buffer.from(sent.body ?? ""), NOW);
  };

  it("cover the target with a question mark that may be missing at its end, and nowhere else", () => {
    expect(isGood({ uri: "/ojob" }, { target: "/ojob?" })).toBe(true);
    expect(isGood({ uri: "/ojob?" }, { target: "/ojob" })).toBe(true);
    expect(isGood({ uri: "/ojob" }, { target: "/ojob" })).toBe(true);
    expect(isGood({ uri: "/ojob?" }, { target: "/ojob?" })).toBe(true);
    expect(isGood({ uri: "/ojob?a=" }, { target: "/ojob?a=" })).toBe(true);
    expect(isGood({ uri: "/ojob?a" }, { target: "/ojob?a=" })).toBe(false);
    expect(isGood({ uri: "/ojob?a?" }, { target: "/ojob?a" })).toBe(false);
    expect(isGood({ uri: "/ojob" }, { target: "/ojob?a" })).toBe(false);
  });

  it.each([
    ['{"a": 1}', '{"a":1}'],
    ["[1, 2]\n", "[1,2]"],
    ['"a b"', "a b"],
    ['"a\\u0041"', "aA"],
    // Not JSON, and the quotes go all the same.
    ['"a\\x"', "a\\x"],
  ])("of the body %j may be that of its form %j", (body, data) => {
    expect(isGood({ data }, { body })).toBe(true);
    expect(isGood({ data: `${data}x` }, { body })).toBe(false);
  });

  it.each([
    ["12 ", "12.0"],
    ["{a: 1}", "{a:1}"],
    ['"a', "a"],
    ["'a'", "a"],
    ['x"a"', "a"],
    ['"', ""],
  ])("of the body %j may not be that of %j", (body, data) => {
    expect(isGood({ data }, { body })).toBe(false);
  });

  it("are looked for in the forms of a body up to 64 KB", () => {
    const fits = `{ "a":"${"x".repeat(64 * 1024 - 9)}"}`;
    expect(fits).toHaveLength(64 * 1024);
    expect(isGood({ data: fits.replace(" ", "") }, { body: fits })).toBe(true);
    const large = fits.replace("x", "xx");
    expect(isGood({ data: large.replace(" ", "") }, { body: large })).toBe(false);
    expect(isGood({ data: large }, { body: large })).toBe(true);
  });

  it("are 64 hexadecimal digits", () => {
    const auth = signV1({ apiKey: KEY, window: v1Window(NOW), uri: "/ojob?", data: "" });
    const verify = (text: string) => verifier.verify(text, "/ojob?", Buffer.alloc(0), NOW);
    expect([auth, auth.toUpperCase(), auth.slice(2), `${auth}00`, `g${auth.slice(1)}`, ""].map(verify)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("are checked by the keys of few windows, however long the node lives", () => {
    const long = new V1Verifier(KEY);
    const keys = (long as unknown as { windowKeys: Map<number, Buffer> }).windowKeys;
    for (let window = 0; window < 100; window++) {
      const at = NOW + window * 120_000;
      const auth = signV1({ apiKey: KEY, window: v1Window(at), uri: "/ojob?", data: "" });
      expect(long.verify(auth, "/ojob?", Buffer.alloc(0), at)).toBe(true);
      expect(keys.size).toBeLessThan(12);
    }
    // The same window needs no further key.
    const before = [...keys.values()];
    long.verify("0".repeat(64), "/ojob?", Buffer.alloc(0), NOW + 99 * 120_000);
    expect([...keys.values()].slice(0, before.length)).toEqual(before);
  });
});

describe("signatures of version 2", () => {
  const NOW_S = 1_700_000_000;

  /** Reply of a node to a signed request. */
  function codeOf(
    changes: {
      signed?: Partial<Parameters<typeof signV2>[0]>;
      headers?: Record<string, string | undefined>;
      isMeant?: boolean;
      body?: string;
    } = {},
    nowMs = NOW_S * 1000,
  ): string {
    const uses: unknown[] = [];
    const { signed, headers, isMeant = true, body = "body" } = changes;
    const reception = { isMeant: () => isMeant, use: (...one: unknown[]) => void uses.push(one) };
    const usual = { apiKey: KEY, method: "POST", to: "n:1", target: "/ojob?a=1", body, date: String(NOW_S) };
    const nonce = "0123456789abcdef";
    const all = { ...signV2({ ...usual, nonce, ...signed }), ...headers };
    const request = { method: "POST", target: "/ojob?a=1", headers: all, body: Buffer.from(body) };
    try {
      new V2Verifier(KEY, reception).verify(request, nowMs);
    } catch (error) {
      expect(uses).toEqual([]);
      return (error as { code: string }).code;
    }
    expect(uses).toEqual([[all["x-rojob-nonce"], Number(all["x-rojob-date"]), Math.floor(nowMs / 1000)]]);
    return "good";
  }

  it("are good within 300 s of their date, to the second, and use up their nonce", () => {
    const at = (seconds: number) => codeOf({}, (NOW_S + seconds) * 1000);
    expect([-301, -300, 0, 300, 301].map(at)).toEqual([
      "signature_expired",
      "good",
      "good",
      "good",
      "signature_expired",
    ]);
    // A second is over when it is over.
    expect(codeOf({}, (NOW_S + 300) * 1000 + 999)).toBe("good");
  });

  it("name their key, and are checked before anything else is told", () => {
    expect(codeOf({ signed: { apiKey: "other" } })).toBe("unknown_key_id");
    expect(codeOf({ signed: { apiKey: "other" }, headers: { "x-rojob-key": keyIdOf(KEY) } })).toBe("bad_signature");
    expect(codeOf({ signed: { apiKey: "other" }, headers: { "x-rojob-key": keyIdOf(KEY) }, isMeant: false })).toBe(
      "bad_signature",
    );
    expect(codeOf({ isMeant: false })).toBe("signature_for_other");
    expect(codeOf({ signed: { body: "other" } })).toBe("bad_signature");
  });

  it.each([
    ["x-rojob-signature", undefined],
    ["x-rojob-signature", "0".repeat(63)],
    ["x-rojob-signature", "0".repeat(65)],
    ["x-rojob-date", "1234567890123"],
    ["x-rojob-date", "-1"],
    ["x-rojob-nonce", "0".repeat(15)],
    ["x-rojob-nonce", "0".repeat(65)],
    ["x-rojob-nonce", "0123456789abcde/"],
    ["x-rojob-key", ""],
    ["x-rojob-key", "a".repeat(65)],
    ["x-rojob-to", ""],
    ["x-rojob-to", "a b"],
    ["x-rojob-to", undefined],
    ["x-rojob-covers", "a;"],
    ["x-rojob-covers", Array.from({ length: 33 }, (_, at) => `h${at}`).join(";")],
  ])("need a header %s other than %j", (name, value) => {
    expect(codeOf({ headers: { [name]: value } })).toBe("signature_incomplete");
  });

  it.each(["prefer", "idempotency-key", "content-encoding", "last-event-id"])(
    "have to cover the header %s when it is there",
    (name) => {
      expect(codeOf({ headers: { [name]: "x" } })).toBe("signature_incomplete");
      expect(codeOf({ signed: { headers: { [name]: "x" } }, headers: { [name]: "x" } })).toBe("good");
      expect(codeOf({ signed: { headers: { [name]: "x" } }, headers: { [name]: "y" } })).toBe("bad_signature");
      // One that is covered and not there counts as empty.
      expect(codeOf({ signed: { headers: { [name]: "" } } })).toBe("good");
      expect(codeOf({ signed: { headers: { [name]: "x" } } })).toBe("bad_signature");
    },
  );

  it("have to cover an Accept that asks for a stream, and no other", () => {
    expect(codeOf({ headers: { accept: "*/*" } })).toBe("good");
    expect(codeOf({ headers: { accept: "text/event-stream" } })).toBe("signature_incomplete");
    expect(codeOf({ headers: { accept: "application/json, text/event-stream" } })).toBe("signature_incomplete");
  });

  it("may cover up to 32 headers, in any order of theirs", () => {
    const headers = Object.fromEntries(Array.from({ length: 32 }, (_, at) => [`h${at}`, `${at}`]));
    expect(codeOf({ signed: { headers }, headers })).toBe("good");
  });

  it("cover the method in capitals, the path as sent, and values without the white space around them", () => {
    const canonical = canonicalV2({
      method: "post",
      to: "n:1",
      target: "/a%20b?c?d=1",
      body: "",
      headers: { b: " x ", a: "y" },
      date: "1",
      nonce: "n",
      keyId: "k",
    });
    expect(canonical.split("\n")).toEqual([
      "rojob-v2",
      "POST",
      "n:1",
      "/a%20b",
      "c%3Fd=1",
      sha256(""),
      "a;b",
      "a:y",
      "b:x",
      "1",
      "n",
      "k",
    ]);
  });
});
