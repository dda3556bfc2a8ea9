import { JavaObject } from "../../base/values/object.js";
import { isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { decryptIfPossible } from "../../lib/bytes/crypto.js";
import { runCommand } from "../../lib/process/run.js";

/** `plugin("GIT")`: a repository, through the `git` command of the machine. */
export class Git extends JavaObject {
  static override readonly className: string = "openaf.plugins.GIT";
  private folder: string;
  private readonly user: string | undefined;
  private readonly pass: string | undefined;

  /** @param folder of the repository; the working folder unless given */
  constructor(folder?: unknown, user?: unknown, pass?: unknown) {
    super();
    this.folder = isUnDef(folder) ? "." : String(folder);
    this.user = isUnDef(user) ? undefined : String(user);
    this.pass = isUnDef(pass) ? undefined : String(decryptIfPossible?.(pass) ?? pass);
  }

  /** Makes a copy of the repository at `url`, which is then the one this works on. */
  clone(url: unknown, target: unknown, bare?: unknown, branch?: unknown, user?: unknown, pass?: unknown): string {
    const options = [...(bare === true ? ["--bare"] : []), ...(isUnDef(branch) ? [] : ["--branch", String(branch)])];
    const login = isUnDef(user) ? this : new Git(undefined, user, pass);
    const said = login.run(["clone", ...options, "--", String(url), String(target)], ".");
    this.folder = String(target);
    return said;
  }

  init = (): string => this.run(["init"]);
  pull = (remote?: unknown, branch?: unknown): string => this.run(["pull", ...names(remote, branch)]);
  push = (remote?: unknown, branch?: unknown): string => this.run(["push", ...names(remote, branch)]);
  fetch = (remote?: unknown): string => this.run(["fetch", ...names(remote)]);
  add = (pattern: unknown): string => this.run(["add", "--", String(pattern)]);
  rm = (pattern: unknown): string => this.run(["rm", "-r", "--", String(pattern)]);
  checkout = (branch: unknown): string => this.run(["checkout", ...names(branch), "--"]);
  status = (): string => this.run(["status", "--porcelain"]);
  close = (): void => undefined;

  commit(message: unknown, author?: unknown, mail?: unknown): string {
    const by = isUnDef(author) ? [] : ["-c", `user.name=${author}`, "-c", `user.email=${mail ?? ""}`];
    return this.run([...by, "commit", "-m", String(message)]);
  }

  /** Branches, the one in use first. */
  branchList(): string[] {
    const lines = this.run(["branch", "--list"])
      .split("\n")
      .filter((line) => line.trim() !== "");
    return lines
      .sort((a, b) => Number(b.startsWith("*")) - Number(a.startsWith("*")))
      .map((line) => line.slice(2).trim());
  }

  /** The last commits: `{ id, author, date, message }`. */
  log(count: unknown = 10): object[] {
    const lines = this.run(["log", `-${Number(count)}`, "--format=%H%x1f%an%x1f%aI%x1f%s"]).split("\n");
    return lines
      .filter((line) => line !== "")
      .map((line) => {
        const [id, author, date, message] = line.split("\x1f");
        return { id, author, date, message };
      });
  }

  /** @throws Error with what git said when it failed */
  private run(args: string[], folder = this.folder): string {
    const { stdout, stderr, exitcode } = runCommand(["git", ...args], {
      folder,
      envs: { ...JSON.parse(world.host.process.envs()), ...this.login(), GIT_TERMINAL_PROMPT: "0" },
    });
    const verb = args.find((arg) => /^[a-z]+$/.test(arg)) ?? args[0];
    if (exitcode !== 0)
      throw new Error(`git ${verb} failed in '${folder}': ${(stderr || stdout).trim() || `exit code ${exitcode}`}`);
    return stdout;
  }

  /** The login goes through the environment: arguments are seen by every user of the machine. */
  private login(): Record<string, string> {
    if (this.user === undefined) return {};
    return {
      ROJOB_GIT_USER: this.user,
      ROJOB_GIT_PASS: this.pass ?? "",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "credential.helper",
      GIT_CONFIG_VALUE_0: '!f() { echo "username=$ROJOB_GIT_USER"; echo "password=$ROJOB_GIT_PASS"; }; f',
    };
  }
}

function names(...given: unknown[]): string[] {
  return given
    .filter((name) => !isUnDef(name))
    .map((name) => {
      const text = String(name);
      if (text.startsWith("-")) throw new Error(`GIT: '${text}' is no name of a remote or branch`);
      return text;
    });
}
