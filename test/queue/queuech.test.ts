import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { joinWords } from "../../service/base/join-words.js";
import { loadConfig } from "../../service/config/index.js";
import { addressText, parseQueueAddress } from "../../service/config/queue-address.js";
import { allQueueKinds, queueExample, queueKinds, queueNames, queueTypes } from "../../service/config/queues/index.js";
import { withQueueKinds } from "../../tools/kind-documents.js";

test("the string of the original's documentation is understood", () => {
  const { address, notes } = parseQueueAddress("type:etcd3,host:127.0.0.1,port:2379,opack:etcd3,load:etcd3.js");
  expect(address).toEqual({ type: "etcd3", hosts: [{ host: "127.0.0.1", port: 2379 }], tls: false, db: 0 });
  expect(notes).toEqual(["part 'opack' is not needed here", "part 'load' is not needed here"]);
});

test("several hosts, IPv6 among them, database, user, password and TLS are understood", () => {
  const text = "type:redis, host:a;b:6380;[::1]:7, db:2, user:u, password:a:b, tls:true";
  const { address } = parseQueueAddress(text);
  expect(address).toEqual({
    type: "redis",
    hosts: [
      { host: "a", port: 6379 },
      { host: "b", port: 6380 },
      { host: "::1", port: 7 },
    ],
    tls: true,
    db: 2,
    user: "u",
    password: "a:b",
  });
  expect(addressText(address)).toBe("redis at a:6379, b:6380, [::1]:7, database 2");
});

test("a password may be in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "rojob-queuech-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "password"), "with,comma\n");
  const text = `type:redis,password_file:${join(folder, "password")}`;
  expect(parseQueueAddress(text).address.password).toBe("with,comma");
  expect(
    parseQueueAddress("type:redis,password_file:/nowhere", { readsFiles: false }).address.password,
  ).toBeUndefined();
  expect(() => parseQueueAddress("type:redis,password_file:/nowhere")).toThrow(
    "the file '/nowhere' of 'password_file'",
  );
});

test.each([
  ["host:a", `the type of the queue is missing; use ${joinWords(queueTypes, "or")}, as in ${queueExample}`],
  ["type:redis,port:0", "part 'port' has the port '0'"],
  ["type:redis,port", "part 'port' has no value: write port:VALUE"],
  ["type:redis,host:a,host:b", "part 'host' is given twice"],
  ["type:redis,tls:yes", "part 'tls' is 'yes'; it must be true or false"],
  ["type:redis,host:a b", "part 'host' has 'a b'"],
  ["type:etcd3,db:1", "part 'db' is for type:redis only"],
  ["type:redis,password:a,password_file:b", "'password' and 'password_file' are mutually exclusive"],
])("%s is refused, and it is said why", (text, why) => {
  expect(() => parseQueueAddress(text)).toThrow(why);
});

test("no message has the password", () => {
  for (const rest of ["hunter2b", "port:x", "tls:maybe"]) {
    const tell = () => parseQueueAddress(`type:redis,password:hunter2,${rest}`);
    expect(tell).toThrow();
    expect(tell).not.toThrow("hunter2");
  }
});

test("with QUEUECH no forks are started, and a warning says so", () => {
  const load = (...argv: string[]) => loadConfig({ argv, env: {}, cwd: tmpdir() });
  const { config, origins, warnings } = load("QUEUECH=type:redis");
  expect([config.FORK, origins.FORK.text, warnings.filter((line) => line.startsWith("FORK"))]).toEqual([
    false,
    "off with QUEUECH",
    [],
  ]);
  expect(load("QUEUECH=type:redis", "FORK=true").warnings).toContain(
    "FORK has no effect: with QUEUECH the node starts no extra workers; runs go to free nodes",
  );
});

test.each(queueNames)("%s is a kind whole: QUEUECH, an address, a program, and the promises of every queue", (name) => {
  const { type, port, parts } = queueKinds[name];
  const { address } = parseQueueAddress(`type:${type}`);
  expect([address.type, address.hosts]).toEqual([type, [{ host: "127.0.0.1", port }]]);
  const program = queueKinds[name].program({ port: 4711, sizeBytes: 1024 ** 3 }, "queue");
  for (const words of [program.command, program.health]) expect(words.join(" ")).toContain("4711");
  expect(program.command.join(" ")).toContain(program.data);
  for (const part of allQueueKinds.filter((one) => one.type !== type).flatMap((one) => one.parts)) {
    if (parts.some((own) => own === part)) continue;
    expect(() => parseQueueAddress(`type:${type},${part}:1`)).toThrow(`part '${part}' is for type:`);
  }
  // One suite proves the promises; each kind has a file that runs it.
  expect(existsSync(new URL(`${name}.test.ts`, import.meta.url))).toBe(true);
});

test("docs/queues.md lists the kinds, and the example of the messages is right (else: npm run generate)", () => {
  const text = readFileSync(new URL("../../docs/queues.md", import.meta.url), "utf8");
  expect(withQueueKinds(text)).toBe(text);
  expect(parseQueueAddress(queueExample).notes).toEqual([]);
});
