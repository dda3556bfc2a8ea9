import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Starts a Docker engine in a network namespace of its own, where it is there: beside the repository. */
const starter = join(import.meta.dirname, "../../../../shared/tools/container-runtime.sh");
/** Of the network; another process may have an engine, too. */
const namespace = `rojob-${process.pid}`;

/** Why no engine can be had here; undefined when one can. */
export function missing(): string | undefined {
  if (!existsSync(starter)) return `${starter} is not there`;
  const programs = [
    "/usr/sbin/dockerd",
    "/usr/bin/docker-compose",
    "/usr/bin/busybox",
    "/usr/bin/tini",
    "/usr/sbin/haproxy",
  ];
  const absent = programs.filter((file) => !existsSync(file));
  if (absent.length > 0) return `${absent.join(", ")} not installed`;
  if (process.getuid?.() !== 0) return "only root can start an engine";
  return undefined;
}

/** A Docker engine that nothing outside reaches, and that reaches nothing. */
export class Engine {
  private constructor(
    /** For its data and what is built for it. */
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @throws Error when it does not start */
  static start(): Engine {
    const folder = mkdtempSync(join(tmpdir(), "rojob-engine-"));
    const env = {
      ...process.env,
      D: folder,
      NS: namespace,
      DOCKER_BUILDKIT: "0",
      DOCKER_HOST: `unix://${folder}/run/docker.sock`,
    };
    const engine = new Engine(folder, env);
    try {
      execFileSync("bash", [starter, "up"], { env, stdio: "ignore" });
    } catch (error) {
      engine.stop();
      throw error;
    }
    return engine;
  }

  stop(): void {
    spawnSync("bash", [starter, "down"], { env: this.env, stdio: "ignore" });
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the client of the engine. @throws Error with what it says */
  docker(...argv: string[]): string {
    return this.run(existsSync("/usr/local/bin/docker") ? "/usr/local/bin/docker" : "docker", argv);
  }

  compose(...argv: string[]): string {
    return this.run("docker-compose", argv);
  }

  /** Asks a published port. */
  curl(...argv: string[]): { status: number; body: string } {
    const options = ["-s", "-m", "20", "-w", "\n%{http_code}"];
    const { stdout } = spawnSync("nsenter", [`--net=/run/netns/${namespace}`, "curl", ...options, ...argv], {
      encoding: "utf8",
    });
    const end = stdout.lastIndexOf("\n");
    return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
  }

  /** Runs a program of Node in the network of the published ports; this process goes on meanwhile. */
  node(program: string, ...argv: string[]): Promise<string> {
    return this.feed("nsenter", [`--net=/run/netns/${namespace}`, process.execPath], program, argv);
  }

  /** The same in a container. */
  nodeIn(container: string, program: string, ...argv: string[]): Promise<string> {
    return this.feed("docker", ["exec", "-i", container, "node"], program, argv);
  }

  private async feed(command: string, words: string[], program: string, argv: string[]): Promise<string> {
    const child = spawn(command, [...words, "--input-type=module", "-", ...argv], { env: this.env });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stdin.end(program);
    await once(child, "close");
    return output;
  }

  private run(program: string, argv: string[]): string {
    const { status, stdout, stderr } = spawnSync(program, argv, { env: this.env, encoding: "utf8", maxBuffer: 1e8 });
    if (status !== 0) throw new Error(`${program} ${argv.join(" ")}: ${stderr || stdout}`);
    return stdout;
  }
}

/**
 * Looks again until there is something to see.
 * @throws Error when there is nothing after a while
 */
export async function until<T>(what: string, look: () => T | undefined | false, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const seen = look();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${what}: not seen within ${seconds} s`, { cause: last });
}
