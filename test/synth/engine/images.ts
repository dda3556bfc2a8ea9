import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Engine } from "./engine.js";

const root = join(import.meta.dirname, "../../..");

/** The images of the sample deployments, of what this machine has: no registry can be asked. */
export const images = { node: "rojob:test", balancer: "balancer:test", redis: "redis:test" };

/**
 * Builds the node's image as the Dockerfile says, from its stage `rojob` on: what comes before asks package servers. The
 * stages it stands on are made of this machine's own programs and of the compiled program.
 */
export function buildImages(engine: Engine): void {
  buildBase(engine);
  buildProgram(engine);
  const stage = readFileSync(join(root, "Dockerfile"), "utf8").split(/^(?=FROM base AS rojob$)/m)[1];
  if (stage === undefined) throw new Error("Dockerfile: there is no stage rojob");
  build(engine, images.node, "node", `FROM base:test AS base\nFROM program:test AS build\n${stage}`);
  build(
    engine,
    images.balancer,
    "balancer",
    'FROM base:test\nENTRYPOINT ["/usr/sbin/haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]\n',
  );
  build(engine, images.redis, "redis", "FROM base:test\nRUN mkdir -p /data && chown 999:1000 /data\n");
}

function buildBase(engine: Engine): void {
  const files = join(engine.folder, "base", "files");
  for (const folder of ["tmp", "etc", "bin", "usr/bin", "usr/sbin", "usr/local/bin"]) {
    mkdirSync(join(files, folder), { recursive: true });
  }
  for (const program of [
    "/usr/bin/tini",
    "/usr/sbin/haproxy",
    "/usr/bin/redis-server",
    "/usr/bin/redis-cli",
    "/usr/bin/python3",
  ]) {
    if (existsSync(program)) copyProgram(program, files);
  }
  copyProgram(process.execPath, files);
  if (process.execPath !== "/usr/local/bin/node") symlinkSync(process.execPath, join(files, "usr/local/bin/node"));
  copyPython(files);
  copyFileSync("/usr/bin/busybox", join(files, "bin/busybox"));
  const applets = ["sh", "env", "ls", "cat", "sleep", "rm", "ln", "mkdir", "chown", "wget", "id", "ps"];
  for (const applet of applets) symlinkSync("/bin/busybox", join(files, applet === "env" ? "usr/bin" : "bin", applet));
  writeFileSync(join(files, "etc/passwd"), "root:x:0:0::/:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\n");
  writeFileSync(join(files, "etc/group"), "root:x:0:\nnode:x:1000:\n");
  build(
    engine,
    "base:test",
    "base",
    "FROM scratch\nENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/bin\nCOPY files /\nRUN chmod 1777 /tmp\n",
  );
}

/** The modules python3 starts with, and those for JSON and sockets. */
function copyPython(files: string): void {
  const [folder] = readdirSync("/usr/lib").filter((name) => /^python3\.\d+$/.test(name));
  if (folder === undefined) return;
  const skipped = [
    "test",
    "__pycache__",
    "idlelib",
    "ensurepip",
    "distutils",
    "lib2to3",
    "pydoc_data",
    "tkinter",
    "unittest",
  ];
  cpSync(join("/usr/lib", folder), join(files, "usr/lib", folder), {
    recursive: true,
    filter: (file) => !skipped.includes(basename(file)) && !/config-3/.test(basename(file)),
  });
}

/** A program with the libraries it is linked to, where they are here. */
function copyProgram(program: string, files: string): void {
  const { stdout } = spawnSync("ldd", [realpathSync(program)], { encoding: "utf8" });
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, library]) => library!);
  for (const file of [program, ...libraries]) {
    const target = join(files, file);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(file), target);
  }
}

/** Result of the stage `build`: the compiled program with the packages it needs when it runs. */
function buildProgram(engine: Engine): void {
  const context = join(engine.folder, "program");
  const target = join(context, "rojob");
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
  };
  const needed = Object.entries(packages).filter(
    ([path, { dev, optional, devOptional }]) => path !== "" && !dev && !optional && !devOptional,
  );
  for (const [path] of needed) copyFolder(path, target);
  for (const path of ["package.json", "LICENSE", "build", "clients", "run"])
    cpSync(join(root, path), join(target, path), { recursive: true });
  build(engine, "program:test", "program", "FROM scratch\nCOPY rojob /rojob\n");
}

/** A package without the packages inside it, which are on the list themselves. */
function copyFolder(path: string, target: string): void {
  const from = join(root, path);
  if (!existsSync(from)) return;
  mkdirSync(dirname(join(target, path)), { recursive: true });
  cpSync(from, join(target, path), {
    recursive: true,
    filter: (file) =>
      !file
        .slice(from.length + 1)
        .split("/")
        .includes("node_modules"),
  });
}

function build(engine: Engine, tag: string, context: string, dockerfile: string): void {
  const folder = join(engine.folder, context);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Dockerfile"), dockerfile);
  engine.docker("build", "-q", "-t", tag, folder);
}

/** Compiles the program, if it was not. */
export function compile(): void {
  if (!existsSync(join(root, "build/service/cli/main.js")))
    execFileSync("npm", ["run", "build"], { cwd: root, stdio: "ignore" });
}
