import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRojobSection } from "../../service/catalog/rojob-section.js";
import { endedRecord, recordOf } from "../../service/runs/records-of.js";
import { hasProgram } from "../has-program.js";
import { type Ran, runOJob } from "../runtime/ojob/run-ojob.js";
import { startPool } from "../workers/pool-helper.js";

/** A client that may only run jobs of `run/` gives their arguments: none of them may choose what else is run. */

const STEERING = `
LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES LD_ANYTHING_NEW GCONV_PATH LOCPATH NLSPATH GLIBC_TUNABLES
HOSTALIASES RESOLV_HOST_CONF RES_OPTIONS LOCALDOMAIN MALLOC_CHECK_ GETCONF_DIR TZDIR
BASH_ENV ENV BASH_FUNC_ls%% BASH_FUNC_ls() BASHOPTS SHELLOPTS IFS PATH CDPATH PS1 PS4 PROMPT_COMMAND GLOBIGNORE ZDOTDIR
FPATH HOME SHELL TMPDIR PWD OLDPWD HISTFILE INPUTRC fish_function_path
PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONUSERBASE PYTHONBREAKPOINT PYTHONWARNINGS VIRTUAL_ENV PIP_INDEX_URL
PERL5LIB PERL5OPT PERLLIB PERL5DB PERLIO_DEBUG
NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_REPL_EXTERNAL_MODULE NPM_CONFIG_PREFIX npm_config_script_shell
Npm_Config_Registry YARN_RC_FILENAME
RUBYOPT RUBYLIB RUBYSHELL GEM_HOME GEM_PATH BUNDLE_GEMFILE BUNDLE_PATH
GIT_SSH_COMMAND GIT_SSH GIT_EXTERNAL_DIFF GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_EXEC_PATH GIT_DIR GIT_ASKPASS
SSH_ASKPASS SSH_AUTH_SOCK RSYNC_RSH CVS_RSH SVN_SSH HGRCPATH SUDO_ASKPASS
JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JAVA_HOME CLASSPATH MAVEN_OPTS GRADLE_OPTS OAF_FLAGS
EDITOR VISUAL PAGER BROWSER LESSOPEN LESSCLOSE LESS MANPAGER MANOPT TERMINFO TERMCAP VIMINIT EXINIT EMACSLOADPATH
CURL_HOME CURL_CA_BUNDLE http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy Ftp_Proxy WGETRC
SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE OPENSSL_CONF OPENSSL_ENGINES GNUPGHOME KRB5_CONFIG KRB5CCNAME REQUESTS_CA_BUNDLE
MAKEFLAGS MAKEFILES GNUMAKEFLAGS CC CFLAGS LDFLAGS CONFIG_SITE GCC_EXEC_PREFIX COMPILER_PATH CCACHE_PREFIX
TAR_OPTIONS TAPE GREP_OPTIONS GZIP XZ_OPT ZIPOPT UNZIP PARALLEL PARALLEL_SHELL RIPGREP_CONFIG_PATH
AWKPATH AWKLIBPATH LUA_INIT LUA_PATH LUA_CPATH_5_4 PHPRC PHP_INI_SCAN_DIR R_PROFILE R_LIBS_USER TCLLIBPATH GUILE_LOAD_PATH
ERL_FLAGS JULIA_LOAD_PATH GHCRTS OCAMLRUNPARAM
GOFLAGS GOROOT GOPATH GOENV GOTOOLCHAIN GOPROXY CGO_CFLAGS CARGO_HOME RUSTC_WRAPPER RUSTFLAGS DOTNET_STARTUP_HOOKS
CORECLR_PROFILER MSBUILDSDKSPATH PSModulePath psmodulepath PSMODULEPATH
DOCKER_HOST DOCKER_CONFIG COMPOSE_FILE KUBECONFIG KUBECTL_EXTERNAL_DIFF KUBE_EDITOR HELM_PLUGINS TF_CLI_CONFIG_FILE
ANSIBLE_CONFIG VAULT_ADDR AWS_CONFIG_FILE AWS_PROFILE GOOGLE_APPLICATION_CREDENTIALS CLOUDSDK_PYTHON AZURE_CONFIG_DIR
PGHOST PGSSLMODE PGPASSFILE PSQLRC MYSQL_HOME TNS_ADMIN SQLPATH APT_CONFIG DPKG_ROOT RPM_CONFIGDIR NIX_PATH MODULEPATH
XDG_CONFIG_HOME XDG_DATA_DIRS DBUS_SESSION_BUS_ADDRESS GTK_MODULES QT_PLUGIN_PATH GIO_EXTRA_MODULES DISPLAY XAUTHORITY
MAGICK_CONFIGURE_PATH GS_LIB TEXMFCNF FONTCONFIG_FILE GST_PLUGIN_PATH VALGRIND_OPTS ASAN_OPTIONS ROJOB_APIKEY
`
  .split(/\s+/)
  .filter((name) => name !== "");

/** Usual arguments of jobs: they stay as they are. */
const ORDINARY: Record<string, string> = Object.fromEntries(
  `a n name path home user env lang term editor browser shell tmp url host port file input output message count Path
   HOST PORT URL NAME FILE MANAGER GOAL GOOD LDAP_URL PAGES PATHS PERSON REGION GITLAB_URL info_city my-arg a.b BASHFUL
   JAVASCRIPT NODES IFSC CITY STACK_NAME RESULT MAKER HGROUP PGROUP classpath`
    .split(/\s+/)
    .map((name) => [name, `value of ${name}`]),
);

/** Code in each language that writes what the process has as environment into a file, as JSON or with NULs between. */
const DUMPS: Record<string, { program: string; exec: string; lang?: string; ojob?: object }> = {
  shell: { program: "sh", exec: 'tr -d "" < /proc/self/environ > dump' },
  "shell by bash": {
    program: "bash",
    lang: "bashed",
    exec: "cat /proc/self/environ > dump",
    ojob: { langs: [{ lang: "bashed", shell: "bash -s" }] },
  },
  node: { program: "node", exec: "require('fs').writeFileSync('dump', JSON.stringify(process.env))" },
  perl: { program: "perl", exec: 'open(my $f, ">", "dump"); print $f "$_=$ENV{$_}\\0" for keys %ENV; close $f;' },
  ruby: { program: "ruby", exec: "File.write('dump', ENV.to_h.to_json)" },
  python: { program: "python3", exec: "import os, json\nopen('dump', 'w').write(json.dumps(dict(os.environ)))" },
  sh: { program: "sh", exec: "cat /proc/self/environ > dump" },
  powershell: { program: "powershell", exec: "Get-ChildItem env: | ConvertTo-Json | Out-File dump" },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "rojob-env-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function documentOf(key: string, more: object = {}): string {
  const { exec, lang = key, ojob } = DUMPS[key]!;
  return JSON.stringify({
    ...more,
    ojob,
    jobs: [
      { name: "dump", lang, exec, typeArgs: { noTemplate: true } },
      { name: "tell", exec: "__pm.dump = io.readFileString('dump')" },
    ],
    todo: ["dump", "tell"],
  });
}

function variablesOf(ran: Ran): Record<string, string> {
  const dump = ran.pm.dump as string;
  if (dump.startsWith("{")) return JSON.parse(dump) as Record<string, string>;
  return Object.fromEntries(
    dump.split("\0").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

const OWN = { PATH: process.env.PATH!, HOME: "/nowhere/home", LANG: "C.UTF-8" };
const shared = { shareArgs: true, pmFromArgs: true, quiet: true };
const run = (text: string, args: Record<string, unknown>) => runOJob(text, args, {}, shared, OWN);

describe.each(Object.keys(DUMPS))("lang %s", (key) => {
  test.skipIf(!hasProgram(DUMPS[key]!.program))(
    "no argument becomes a variable that steers a program, however it is nested; ordinary ones do",
    async () => {
      const evil = Object.fromEntries(STEERING.map((name) => [name, "/evil"]));
      // The same names, put together of keys of maps and lists.
      const nested = {
        LD: { PRELOAD: "/evil" },
        GIT: { SSH: { COMMAND: "/evil" } },
        "BASH.ENV": "/evil",
        NODE: { OPTIONS: "/evil" },
      };
      const ran = await run(documentOf(key), { ...evil, ...nested, ...ORDINARY });
      expect(ran.errors).toEqual([]);
      const variables = variablesOf(ran);
      expect(Object.keys(variables).filter((name) => variables[name] === "/evil")).toEqual([]);
      expect(variables.PATH).toBe(OWN.PATH);
      expect(variables.HOME).toBe(OWN.HOME);
      // Python gets its arguments as a map, `sh` by templates.
      if (key === "python" || key === "sh") return;
      for (const [name, value] of Object.entries(ORDINARY)) expect(variables[name.replace(".", "_")], name).toBe(value);
      expect(ran.refusedEnv).toEqual(STEERING.slice(0, 50));
    },
  );
});

describe("by hand", () => {
  const witness = (name: string) => path.join(folder, name);

  test("BASH_ENV, ENV and functions in the environment run nothing", async () => {
    writeFileSync(witness("evil.sh"), `touch ${witness("bash-env")}`);
    const text = JSON.stringify({
      jobs: [
        {
          name: "a",
          lang: "shell",
          typeArgs: { shell: "bash -s" },
          exec: "bash -c 'ls >/dev/null'; sh -i </dev/null 2>/dev/null; true",
        },
      ],
      todo: ["a"],
    });
    const ran = await run(text, {
      BASH_ENV: witness("evil.sh"),
      ENV: witness("evil.sh"),
      "BASH_FUNC_ls%%": `() { touch ${witness("bash-env")}; }`,
      harmless: `() { :; }; touch ${witness("bash-env")}`,
    });
    expect(ran.errors).toEqual([]);
    expect(existsSync(witness("bash-env"))).toBe(false);
    expect(ran.refusedEnv).toEqual(["BASH_ENV", "ENV", "BASH_FUNC_ls%%", "harmless"]);
  });

  test("NODE_OPTIONS and PERL5OPT load nothing", async () => {
    writeFileSync(witness("evil.cjs"), `require("fs").writeFileSync(${JSON.stringify(witness("node-options"))}, "")`);
    writeFileSync(witness("Evil.pm"), `open(my $f, ">", "${witness("perl5opt")}"); 1;`);
    for (const lang of ["node", "perl"]) {
      const text = JSON.stringify({ jobs: [{ name: "a", lang, exec: "" }], todo: ["a"] });
      await run(text, { NODE_OPTIONS: `--require ${witness("evil.cjs")}`, PERL5LIB: folder, PERL5OPT: "-MEvil" });
    }
    expect(existsSync(witness("node-options"))).toBe(false);
    expect(existsSync(witness("perl5opt"))).toBe(false);
  });

  test("a variable of a language, a terminal or a time zone is set as long as it names no file", async () => {
    const kept = { LANG: "pt_PT.UTF-8", LC_ALL: "C", TZ: "Europe/Lisbon", TERM: "xterm-256color" };
    expect(variablesOf(await run(documentOf("shell"), kept))).toMatchObject(kept);
    const evil = { LANG: "../../evil", LC_TIME: "%s%n", TZ: ":/etc/passwd", LANGUAGE: "/evil", TERM: "../evil" };
    const ran = await run(documentOf("shell"), evil);
    expect(ran.refusedEnv).toEqual(Object.keys(evil));
    expect(variablesOf(ran).LANG).toBe("C.UTF-8");
    for (const value of ["../Lisbon", "/usr/share/zoneinfo/UTC", ":UTC", "Europe/../../evil"])
      expect((await run(documentOf("shell"), { TZ: value })).refusedEnv, value).toEqual(["TZ"]);
  });

  test("values that no environment can hold are left out and reported: names with `=` or NUL, values with NUL", async () => {
    const ran = await run(documentOf("shell"), { "x=LD_PRELOAD": "1", "y\0z": "1", cut: "a\0b", fine: "1" });
    expect(ran.refusedEnv).toEqual(["x=LD_PRELOAD", "y\0z", "cut"]);
    const variables = variablesOf(ran);
    expect(variables.fine).toBe("1");
    expect(Object.keys(variables)).not.toContain("cut");
  });

  test("a job file allows names, whole or by their beginning; others stay refused", async () => {
    const args = { PATH: "/allowed:/usr/bin:/bin", GIT_DIR: "d", GIT_SSH: "s", LD_PRELOAD: "no" };
    const ran = await run(documentOf("shell", { rojob: { env: ["PATH", "GIT_*"] } }), args);
    const variables = variablesOf(ran);
    expect(variables).toMatchObject({ PATH: args.PATH, GIT_DIR: "d", GIT_SSH: "s" });
    expect(variables.LD_PRELOAD).toBeUndefined();
    expect(ran.refusedEnv).toEqual(["LD_PRELOAD"]);
    const one = await run(documentOf("shell", { rojob: { env: "PATH" } }), { PATH: args.PATH });
    expect(variablesOf(one).PATH).toBe(args.PATH);
  });

  test("arguments allow nothing, and neither does `*`", async () => {
    const ran = await run(documentOf("shell", { rojob: { env: ["*"] } }), {
      rojob: { env: ["LD_PRELOAD"] },
      LD_PRELOAD: "no",
    });
    expect(ran.refusedEnv).toEqual(["LD_PRELOAD"]);
  });

  test("$sh().envs(args) refuses what came as an argument, and keeps what the job says itself", async () => {
    const exec = `
      __pm.a = $sh("env").envs(args).get(0).stdout;
      __pm.b = $sh("env").envs(args, true).get(0).stdout;
      __pm.c = $sh("env").envs({ PATH: "/usr/bin:/bin", GIT_DIR: "own", LD_PRELOAD: args.LD_PRELOAD }).get(0).stdout;
      __pm.d = sh("env", "", void 0, false, void 0, false, void 0, void 0, false, args);`;
    const text = JSON.stringify({ jobs: [{ name: "a", exec }], todo: ["a"] });
    const given = { LD_PRELOAD: "/evil.so", PATH: "/evil", GIT_DIR: "/evil", plain: "kept" };
    const { pm, errors, refusedEnv, stderr } = await run(text, given);
    expect(errors).toEqual([]);
    for (const key of ["a", "b", "c", "d"]) expect(pm[key], key).not.toContain("/evil");
    for (const key of ["a", "b", "d"]) expect(pm[key], key).toContain("plain=kept");
    expect(pm.b).toContain(`PATH=${OWN.PATH}`);
    expect(pm.c).toContain("GIT_DIR=own");
    expect(refusedEnv).toEqual(["LD_PRELOAD", "PATH", "GIT_DIR"]);
    expect(stderr.match(/LD_PRELOAD/g)).toHaveLength(1);
  });

  test("refused names are reported once per run, on its error output", async () => {
    const step = { lang: "shell", exec: "true" };
    const text = JSON.stringify({
      jobs: [
        { name: "a", ...step },
        { name: "b", ...step },
      ],
      todo: ["a", "b", "a"],
    });
    const ran = await run(text, { PATH: "/evil", "LD_\n[fake] line": "x" });
    expect(ran.stderr.match(/PATH/g)).toHaveLength(1);
    expect(ran.stderr).toContain("rojob: { env: [NAME] }");
    expect(ran.stderr.split("\n").filter((line) => line !== "")).toHaveLength(1);
  });

  test("variables a run's environment has already are no news (argsFromEnvs)", async () => {
    const ran = await run(documentOf("shell").replace("{", '{"ojob":{"argsFromEnvs":true},'), {});
    expect(variablesOf(ran)).toMatchObject(OWN);
    expect(ran.refusedEnv).toBeUndefined();
    expect(ran.stderr).toBe("");
  });

  test("ten thousand such names make one short line and a short record", async () => {
    const args = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`LD_${"X".repeat(200)}${index}`, "x"]),
    );
    const text = JSON.stringify({ jobs: [{ name: "a", lang: "shell", exec: "true" }], todo: ["a"] });
    const ran = await run(text, args);
    expect(ran.refusedEnv!.length).toBeLessThanOrEqual(50);
    expect(ran.stderr.length).toBeLessThan(8000);
  });
});

test("the record of a run has the names that were refused", async () => {
  const pool = await startPool();
  try {
    const document = { jobs: [{ name: "a", lang: "shell", exec: "true" }], todo: ["a"] };
    const reply = await pool.run(document, { args: { LD_PRELOAD: "/evil", ordinary: "1" } });
    expect(reply.refusedEnv).toEqual(["LD_PRELOAD"]);
    const wanted = { file: "a", text: "", args: {}, by: "test", settings: { async: false, unique: false } };
    expect(endedRecord(recordOf(wanted, reply.uuid, "node", false), reply, undefined).refusedEnv).toEqual([
      "LD_PRELOAD",
    ]);
    expect(pool.output.filter(({ line }) => line.includes("LD_PRELOAD"))).toHaveLength(1);
    const plain = await pool.run(document, { args: { ordinary: "1" } });
    expect(plain).not.toHaveProperty("refusedEnv");
  } finally {
    await pool.close();
  }
});

test("rojob.env that is no list of names is refused before the run, with the file", () => {
  for (const env of [1, true, {}, [1], ["*"], ["A=B"], ["A B"], [""], "*", [["PATH"]]])
    expect(() => readRojobSection({ env }, "a.yaml"), JSON.stringify(env)).toThrow(
      expect.objectContaining({ code: "bad_rojob_section", message: expect.stringContaining("a.yaml") }),
    );
  for (const env of [null, "PATH", ["PATH", "GIT_*", "npm_config_x"], []]) readRojobSection({ env }, "a.yaml");
});

test("every group of names says where its list comes from, and no ordinary word is in two of them", async () => {
  const { steeringGroups } = await import("../../service/runtime/lib/process/steering-names.js");
  const seen = new Set<string>();
  for (const { source, names = "" } of steeringGroups) {
    expect(source).not.toBe("");
    for (const name of names.split(" ").filter((one) => one !== "")) {
      expect(seen.has(name), `${name} is there twice`).toBe(false);
      seen.add(name);
    }
  }
  expect(readFileSync(new URL("../../docs/ojob-language.md", import.meta.url), "utf8")).toContain("steering-names.ts");
});
