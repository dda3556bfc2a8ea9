import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError, loadConfig } from "../../service/config/index.js";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "rojob-config-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

/** The lines of the error that loading ends in. */
function problems(argv: string[] = [], env: NodeJS.ProcessEnv = {}, file?: string): readonly string[] {
  if (file !== undefined) writeFileSync(join(cwd, "rojob.config.yaml"), file);
  try {
    loadConfig({ argv, env, cwd, machine: { cpus: 2, hostname: "worf" } });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  throw new Error("nothing was found wrong");
}

test("all problems of all sources are reported at once", () => {
  const found = problems(["PROT=1", "--workers", "0"], { ISOLATION: "thread" }, "FORK: maybe\nLOGLEVL: info\n");
  expect(found).toEqual(
    [
      'PROT: unknown option (argument, value "1"); did you mean PORT?',
      'LOGLEVL: unknown option (rojob.config.yaml:2, value "info"); did you mean LOGLEVEL?',
      'ISOLATION: "thread" (environment) must be one of context, process',
      'WORKERS: "0" (argument) must be a whole number from 1 to 1024',
      'FORK: "maybe" (rojob.config.yaml:1) must be true or false',
    ].sort((left, right) => found.indexOf(left) - found.indexOf(right)),
  );
  expect(found).toHaveLength(5);
});

test.each([
  ["PORT=65536", 'PORT: "65536" (argument) must be a whole number from 0 to 65535'],
  ["PORT=-1", 'PORT: "-1" (argument) must be a whole number from 0 to 65535'],
  ["PORT=80.5", 'PORT: "80.5" (argument) must be a whole number from 0 to 65535'],
  ["PORT=0x50", 'PORT: "0x50" (argument) must be a whole number from 0 to 65535'],
  ["PORT=", "PORT: empty (argument); give it a value or leave it out"],
  ["PORT", "PORT: no value (argument PORT); write PORT=value"],
  ["--port", "PORT: no value (argument --port); write --port value or PORT=value"],
  ["JOBTIMEOUT=1s", 'JOBTIMEOUT: "1s" (argument) must be a whole number (ms) from 0 to 2147483647'],
  ["MAXBODY=10TB", 'MAXBODY: "10TB" (argument) must be a number of bytes (512, 64KB, 10MB, 1GB), at least 1024'],
  ["HOST=here:8787", 'HOST: "here:8787" (argument) must be a host name or an IP address, without a port'],
  ["CNAME=my cluster", 'CNAME: "my cluster" (argument) must be letters, digits, dots, dashes and underscores'],
  ["LOGFORMAT=xml", 'LOGFORMAT: "xml" (argument) must be one of text, json'],
  ["PRIVATE=maybe", 'PRIVATE: "maybe" (argument) must be true or false'],
  ["job.yaml", '"job.yaml" (argument) is not an option; options are written NAME=value or --name value'],
  ["--verbose", "verbose: unknown option (argument); `rojob start --help` lists the options"],
])("%s is refused with the option, its source, its value and what would be right", (argument, sentence) => {
  expect(problems([argument])).toEqual([sentence]);
});

test.each(["embedded2", "JAVA"])("ENGINE=%s is no engine", (engine) => {
  expect(problems([`ENGINE=${engine}`])).toEqual([
    `ENGINE: "${engine}" (argument) must be one of embedded, openaf, auto`,
  ]);
});

test.each([
  ["ENGINE=openaf", 'ENGINE: "openaf" (argument) is not available yet in this version; leave it out'],
  ["ENGINE=auto", 'ENGINE: "auto" (argument) is not available yet in this version; leave it out'],
  ["CDISC=a", 'CDISC: "a" (argument) must be host:port, dns:name:port or srv:name, separated by commas'],
  [
    "CDISC=a:1,dns:b",
    'CDISC: "a:1,dns:b" (argument) must be host:port, dns:name:port or srv:name, separated by commas',
  ],
  ["CDISC=a:70000", 'CDISC: "a:70000" (argument) must be host:port, dns:name:port or srv:name, separated by commas'],
  ["FALLBACKS=a:1;b:2", 'FALLBACKS: "a:1;b:2" (argument) must be host:port, separated by commas'],
  [
    "QUEUECH=type:kafka",
    "QUEUECH: (argument) the type of the queue 'kafka' is not known; use redis or etcd3, as in type:redis,host:127.0.0.1,port:6379",
  ],
  [
    "QUEUECH=type:redis,hots:a",
    "QUEUECH: (argument) unknown part 'hots' (did you mean 'host'?); valid parts are type, host, port, db, user, password, password_file, tls, ca_file, opack, load",
  ],
  [
    "QUEUECH=type:redis,password:a,secret",
    "QUEUECH: (argument) the text after its password is not a part; put a password with a comma into a password_file",
  ],
])("%s is refused", (argument, sentence) => {
  expect(problems([argument])).toEqual([sentence]);
});

test("PRIVATE and an APIKEY exclude each other", () => {
  expect(problems(["PRIVATE=true"], { APIKEY: "0123456789abcdef" })).toEqual([
    "PRIVATE: true (argument) and an APIKEY (environment) are mutually exclusive: with PRIVATE no key is required; leave one of them out",
  ]);
});

test("what jobs write cannot be what can be run", () => {
  expect(problems(["WORK=x/../here", "RUN=here"])).toEqual([
    expect.stringMatching(/^RUN: ".*here" \(argument\) is also the WORK folder/),
  ]);
});

test("a secret is masked, also under a misspelt name", () => {
  const all = [
    ...problems([], { APIKEY: "hidden\nkey" }),
    ...problems(["APIKY=hidden"]),
    ...problems(["MY_TOKEN=hidden"]),
    ...problems(["--apikye", "hidden=="]),
    ...problems([], {}, "APIKEYS: hidden\n"),
    ...problems([], {}, 'APIKEY: "hidden\nPORT: 1\n'),
  ];
  expect(all.join("\n")).not.toContain("hidden");
  expect(all[0]).toBe("APIKEY: ******** (environment) must be printable ASCII characters without spaces, at most 512");
  expect(all[1]).toBe("APIKY: unknown option (argument, value ********); did you mean APIKEY?");
});

test("a NAME_FILE that cannot be read is named with its variable", () => {
  expect(problems([], { APIKEY_FILE: "gone" })).toEqual([
    "APIKEY: the file gone (environment APIKEY_FILE) cannot be read: does not exist",
  ]);
  writeFileSync(join(cwd, "empty"), "\n");
  expect(problems([], { APIKEY_FILE: "empty" })).toEqual(["APIKEY: the file empty (environment APIKEY_FILE) is empty"]);
});

test("a config file that was asked for has to be there", () => {
  expect(problems(["CONFIG=gone.yaml"])).toEqual([
    `CONFIG: "${join(cwd, "gone.yaml")}" (argument) cannot be read: the file does not exist`,
  ]);
});

test.each([
  ["PORT: [1\nHOST: x\n", "CONFIG: rojob.config.yaml:2 is not a YAML map of options: "],
  ["- PORT\n", 'CONFIG: rojob.config.yaml:1 is not a YAML map of options: expected "NAME: value" lines, found a list'],
  ["PORT=1\n", 'CONFIG: rojob.config.yaml:1 is not a YAML map of options: expected "NAME: value" lines, found a text'],
  ["PORT: 1\nPORT: 2\n", "CONFIG: rojob.config.yaml:2 is not a YAML map of options: duplicated mapping key"],
  ["PORT: 1\nport: 2\n", "PORT: given twice (rojob.config.yaml:1 and rojob.config.yaml:2)"],
  ["\nPORT: [1, 2]\n", "PORT: a list (rojob.config.yaml:2) must be one value"],
  ["PORT: { a: 1 }\n", "PORT: a map (rojob.config.yaml:1) must be one value"],
  [
    "CONFIG: x.yaml\n",
    "CONFIG: cannot be set in a config file (rojob.config.yaml:1); use an argument or the environment",
  ],
  ["7: x\nHOST:\n  a\n__proto__: 1\nPORT: x\n", "7: unknown option (rojob.config.yaml:1"],
])("a mistake in the config file is told with its line: %j", (text, sentence) => {
  const [first] = problems([], {}, text);
  expect(first!.slice(0, sentence.length)).toBe(sentence);
});
