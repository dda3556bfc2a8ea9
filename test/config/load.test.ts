import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LoadedConfig, loadConfig } from "../../service/config/index.js";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "rojob-config-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const machine = { cpus: 8, hostname: "worf" };

function load(argv: string[] = [], env: NodeJS.ProcessEnv = {}, file?: string): LoadedConfig {
  if (file !== undefined) writeFileSync(join(cwd, "rojob.config.yaml"), file);
  return loadConfig({ argv, env, cwd, machine });
}

test("with nothing given every option has the default users of the original know", () => {
  const { config, origins, warnings } = load();
  expect(config).toMatchObject({
    LISTEN: "127.0.0.1",
    HOST: "localhost",
    PORT: 8787,
    WORK: join(cwd, "work"),
    RUN: join(cwd, "run"),
    NODETIMEOUT: 30_000,
    PRIVATE: false,
    FORK: true,
    CNAME: "rojob",
    RUNONLY: false,
    SHOWERRORS: true,
    CONTAINER: false,
    INIT: true,
    WORKERS: 4,
    MAXFORKS: 4,
    ISOLATION: "context",
    ENGINE: "embedded",
    JOBTIMEOUT: 0,
    LOGFORMAT: "text",
  });
  for (const name of ["LOG", "APIKEY", "CDISC", "FALLBACKS", "QUEUECH", "INITCHECK", "CONFIG"] as const) {
    expect(config[name]).toBeUndefined();
  }
  expect(origins.PORT).toEqual({ kind: "default", text: "default" });
  expect(warnings).toEqual([]);
});

test("an argument goes before a variable, that before NAME_FILE, that before the config file, that before the default", () => {
  const secret = join(cwd, "port");
  writeFileSync(secret, "4\n");
  const file = "# first line\nPORT: 5\n";
  const port = (argv: string[], env: NodeJS.ProcessEnv, text?: string) => {
    const { config, origins } = load(argv, env, text);
    return [config.PORT, origins.PORT.text];
  };
  expect(port([], {})).toEqual([8787, "default"]);
  expect(port([], {}, file)).toEqual([5, "rojob.config.yaml:2"]);
  expect(port([], { PORT_FILE: secret }, file)).toEqual([4, "file of PORT_FILE"]);
  expect(port([], { PORT_FILE: secret, PORT: "3" }, file)).toEqual([3, "environment"]);
  expect(port(["PORT=2"], { PORT_FILE: secret, PORT: "3" }, file)).toEqual([2, "argument"]);
});

test("an option can be written NAME=value, --name value and --name=value, in any case", () => {
  for (const argv of [["PORT=1"], ["port=1"], ["--port", "1"], ["--PORT", "1"], ["--Port=1"]]) {
    expect(load(argv).config.PORT).toBe(1);
  }
  expect(load(["PORT=1", "--port=2"]).config.PORT).toBe(2);
  expect(load(["LOG=a=b"]).config.LOG).toBe(join(cwd, "a=b"));
});

test("an option that is true or false needs no value after --name", () => {
  expect(load(["--runonly"]).config.RUNONLY).toBe(true);
  expect(load(["--runonly", "--port", "1"]).config).toMatchObject({ RUNONLY: true, PORT: 1 });
  expect(load(["--runonly", "PORT=1"]).config).toMatchObject({ RUNONLY: true, PORT: 1 });
  expect(load(["--fork", "no"]).config.FORK).toBe(false);
});

test("true and false have their usual other spellings", () => {
  for (const text of ["true", "TRUE", "yes", "1", "on"]) expect(load([`RUNONLY=${text}`]).config.RUNONLY).toBe(true);
  for (const text of ["false", "No", "0", "off"]) expect(load([`FORK=${text}`]).config.FORK).toBe(false);
});

test("sizes take units", () => {
  for (const [text, bytes] of [
    ["2048", 2048],
    ["64KB", 65_536],
    ["10m", 10_485_760],
    ["1 GiB", 1_073_741_824],
  ] as const) {
    expect(load([`MAXBODY=${text}`]).config.MAXBODY).toBe(bytes);
  }
});

test("HOST is the machine's name as soon as other machines can reach the node", () => {
  expect(load(["LISTEN=127.0.0.2"]).config.HOST).toBe("localhost");
  expect(load(["LISTEN=::1"]).config.HOST).toBe("localhost");
  expect(load(["LISTEN=0.0.0.0"]).config.HOST).toBe("worf");
  expect(load(["LISTEN=0.0.0.0", "HOST=10.0.0.7"]).config.HOST).toBe("10.0.0.7");
});

test("there is at least one worker, and by default at most four", () => {
  const workers = (cpus: number) =>
    loadConfig({ argv: [], env: {}, cwd, machine: { cpus, hostname: "h" } }).config.WORKERS;
  expect([workers(0), workers(1), workers(2), workers(64)]).toEqual([1, 1, 2, 4]);
});

test("in a container the node listens on all interfaces and logs JSON, unless the options say otherwise", () => {
  const { config, origins } = load(["CONTAINER=true"]);
  expect(config).toMatchObject({ LISTEN: "0.0.0.0", HOST: "worf", LOGFORMAT: "json" });
  expect(origins.LISTEN.text).toBe("default (CONTAINER)");
  expect(load(["CONTAINER=true", "LOGFORMAT=text"]).config.LOGFORMAT).toBe("text");
});

test("the config file is the one CONFIG names, YAML or JSON", () => {
  const other = join(cwd, "other.json");
  writeFileSync(other, JSON.stringify({ PORT: 77, RUNONLY: true }));
  expect(load(["CONFIG=other.json"], {}, "PORT: 5").config).toMatchObject({ PORT: 77, RUNONLY: true, CONFIG: other });
  expect(load([], { CONFIG: other }).config.PORT).toBe(77);
});

test("the config file's values are texts: a key of digits keeps its zeros", () => {
  expect(load([], {}, "apikey: 0123456789012345\nLOG: ~\nINITCHECK:\n").config).toMatchObject({
    APIKEY: "0123456789012345",
    LOG: undefined,
    INITCHECK: undefined,
  });
  expect(load([], {}, "").config.PORT).toBe(8787);
  expect(load([], {}, "# nothing but a comment\n").config.PORT).toBe(8787);
});

test("variables that are no options, and empty ones, say nothing", () => {
  expect(load([], { PORTS: "x", port: "x", PORT: "", LOG_FILE: "/no/such/file", ROJOB_URL: "x" }).config).toMatchObject(
    {
      PORT: 8787,
      LOG: undefined,
    },
  );
});

test("the file behind a value that is given anyway is not read", () => {
  expect(load([], { APIKEY: "from-the-environment", APIKEY_FILE: "/no/such/file" }).config.APIKEY).toBe(
    "from-the-environment",
  );
});

test("what is allowed but unwise is a warning", () => {
  expect(load(["PRIVATE=true", "LISTEN=0.0.0.0"]).warnings).toEqual([
    "PRIVATE is true: no key is required, anyone who reaches 0.0.0.0:8787 can run any code as this user",
  ]);
  expect(load(["APIKEY=0123456789abcdef"]).warnings).toEqual([expect.stringContaining("APIKEY is an argument")]);
  expect(load([], { APIKEY: "short" }).warnings).toEqual(["APIKEY has fewer than 16 characters and can be guessed"]);
  expect(load(["FORK=false", "MAXFORKS=3"]).warnings).toEqual(["MAXFORKS has no effect: FORK is false"]);
  expect(load(["INIT=false", "INITCHECK=3"]).warnings).toEqual(["INITCHECK has no effect: INIT is false"]);
});
