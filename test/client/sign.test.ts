import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalQuery, canonicalV2, keyIdOf, signV1, signV2 } from "../../service/client/index.js";

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8"));

describe("signatures", () => {
  it.each(fixture("signature-v1-vectors.json") as any[])(
    "v1 of $uri in window $window is that of existing clients",
    (vector) => {
      const { key, window, uri, data, auth } = vector;
      expect(signV1({ apiKey: key, window, uri, data })).toBe(auth);
      expect(signV1({ apiKey: key, window, uri, data: `${data} \t\r\n` })).toBe(auth);
    },
  );

  it.each(fixture("signature-v2-vectors.json") as any[])("v2 of $method $target stays what it is", (vector) => {
    const { key, method, to, target, body, headers: covered, date, nonce, keyId, canonical, signature } = vector;
    expect(keyIdOf(key)).toBe(keyId);
    expect(canonicalV2({ method, to, target, body, headers: covered, date, nonce, keyId })).toBe(canonical);
    const headers = {
      "x-rojob-signature": signature,
      "x-rojob-date": date,
      "x-rojob-nonce": nonce,
      "x-rojob-key": keyId,
      "x-rojob-to": to,
      ...(vector.covers === "" ? {} : { "x-rojob-covers": vector.covers }),
    };
    expect(signV2({ apiKey: key, method, to, target, body, headers: covered, date, nonce })).toEqual(headers);
  });

  it.each([
    ["", ""],
    ["b=2&a=1", "a=1&b=2"],
    ["a=2&a=1", "a=2&a=1"],
    ["a", "a="],
    ["&&a=1&", "a=1"],
    ["a=x+y", "a=x%20y"],
    ["a=%7e!*'()", "a=~%21%2A%27%28%29"],
    ["%c3%a9=é", "%C3%A9=%C3%A9"],
    ["a=1=2", "a=1%3D2"],
  ])("the query %j is signed as %j", (query, canonical) => expect(canonicalQuery(query)).toBe(canonical));

  it("of a query that is not percent-encoded cannot be made", () => {
    expect(() => canonicalQuery("a=%zz")).toThrow(URIError);
  });
});
