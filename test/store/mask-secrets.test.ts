import { expect, it } from "vitest";
import { maskSecrets } from "../../service/store/index.js";

it.each([
  "password",
  "PASS",
  "dbpass",
  "user_password",
  "passwd",
  "passphrase",
  "secret",
  "clientSecret",
  "token",
  "access_token",
  "apikey",
  "APIKEY",
  "api-key",
  "key",
  "privateKey",
  "credential",
  "credentials",
  "auth",
  "basicAuth",
  "Authorization",
  "cookie",
])("the value of '%s' is masked, whatever it is", (key) => {
  expect(maskSecrets({ [key]: "x", a: { [key]: { deep: 1 } }, b: [{ [key]: 1 }] })).toEqual({
    [key]: "***",
    a: { [key]: "***" },
    b: [{ [key]: "***" }],
  });
});

it("other values stay as they are, and the arguments themselves are not changed", () => {
  const args = {
    author: "A",
    passenger: 1,
    keyboard: true,
    nothing: null,
    list: [1, "a", null],
    at: new Date(5),
    giturl: "https://user:hunter2@host/x.git",
    url: "https://host:8080/a@b",
  };
  const copy = structuredClone(args);
  expect(maskSecrets(args)).toEqual({ ...args, giturl: "https://user:***@host/x.git" });
  expect(args).toEqual(copy);
});
