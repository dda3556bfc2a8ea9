import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rojob, scratchFolder } from "../../cli/program.js";
import { PATIENCE_MS } from "../../patience.js";
import { testWith } from "../../services.js";

let folder: ReturnType<typeof scratchFolder>;
beforeAll(() => {
  folder = scratchFolder();
});
afterAll(() => folder.remove());

/** Runs code of a job in a process of its own; what it leaves in `__pm`. */
async function run(code: string, args: Record<string, unknown> = {}, more: object = {}): Promise<any> {
  const job = { ...more, ojob: { logToConsole: false }, jobs: [{ name: "Main", exec: code }], todo: ["Main"] };
  writeFileSync(join(folder.path, "main.json"), JSON.stringify(job));
  const given = Object.entries(args).map(([name, value]) => `${name}=${value}`);
  const { stdout, stderr } = await rojob(["exec", "main.json", "--local", ...given], { cwd: folder.path });
  try {
    return JSON.parse(stdout.slice(stdout.lastIndexOf("\n{", stdout.length - 2) + 1));
  } catch {
    throw new Error(`no result: ${stdout}${stderr}`);
  }
}

async function listening(server: { listen(port: number, host: string, done: () => void): unknown; address(): any }) {
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

test("a table written to a spreadsheet is read back as it was, formulas and dates included", async () => {
  const pm = await run(`
    plugin("XLS");
    var list = [{ name: "a", n: 1.5, ok: true, sum: "=B2*2" }, { name: "b", ok: false }];
    var xls = new XLS(), sheet = xls.getSheet("result");
    ow.format.xls.setTable(xls, sheet, "B", 2, list, true, { bold: true, borderBottom: "medium", borderBottomColor: "red" });
    xls.setCell(sheet, "A", 1, new Date(0));
    xls.writeFile("out.xlsx"); xls.close();
    var again = new XLS("out.xlsx"), back = again.getSheet(0);
    again.setCell(back, "B", 6, "more"); again.writeFile("out.xlsx");
    __pm.names = again.getSheetNames();
    __pm.table = again.getTable(back, false, "B", 2).table;
    __pm.cell = again.getCell(back, "E", 3);
    __pm.third = new XLS("out.xlsx").getCellValue(back, "A", 1);
    __pm.column = [again.toNumber("AF"), again.toName(32)];
  `);
  expect(pm).toMatchObject({
    names: ["result"],
    table: [{ name: "a", n: 1.5, ok: true, sum: "B2*2" }, { name: "b", n: null, ok: false }, { name: "more" }],
    cell: { type: "FORMULA", formula: "=B2*2" },
    third: "1970-01-01T00:00:00.000Z",
    column: [32, "AF"],
  });
});

test("a repository is cloned, changed, pulled, and what git refuses is told", async () => {
  const origin = join(folder.path, "origin");
  mkdirSync(origin);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: origin });
  git("init", "-q", "-b", "main");
  writeFileSync(join(origin, "a.txt"), "1");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  const pm = await run(`
    plugin("GIT");
    var git = new GIT();
    git.clone("origin", "copy", false, "main");
    io.writeFileString("copy/b.txt", "2");
    git.add("."); git.commit("second", "Me", "me@here");
    __pm.log = git.log().map(c => c.message + "/" + c.author);
    __pm.branch = git.branchList()[0];
    __pm.pulled = new GIT("copy").pull();
    try { git.clone("nowhere", "x") } catch(e) { __pm.error = e.message }
  `);
  expect(pm).toMatchObject({ log: ["second/Me", "first/t"], branch: "main" });
  expect(pm.error).toContain("git clone failed");
  expect(pm.error).toContain("nowhere");
});

test("a mail reaches its server with subject, text, page and attachment", async () => {
  let said = "";
  const server: Server = createServer((socket) => {
    let isData = false;
    socket.write("220 here\r\n");
    socket.on("data", (chunk) => {
      const text = chunk.toString();
      said += text;
      if (isData) {
        if (!said.includes("\r\n.\r\n")) return;
        isData = false;
        return void socket.write("250 taken\r\n");
      }
      isData = text.startsWith("DATA");
      socket.write(isData ? "354 go on\r\n" : text.startsWith("QUIT") ? "221 bye\r\n" : "250 ok\r\n");
    });
  });
  const port = await listening(server);
  writeFileSync(join(folder.path, "note.txt"), "attached");
  const job = `
include: [oJobEmail.yaml]
ojob: { opacks: [oJob-common], logToConsole: false }
todo:
- (email): "Hello {{who}}"
  ((server)): 127.0.0.1
  ((port)): ${port}
  ((useSSL)): false
  ((from)): me@here
  ((to)): [you@there]
  ((output)): "<b>{{who}}</b>"
  ((isHTML)): true
  ((addAttachments)): [{ file: note.txt, name: n.txt }]
`;
  writeFileSync(join(folder.path, "mail.yaml"), job);
  const ended = await rojob(["exec", "mail.yaml", "--local", "who=you"], { cwd: folder.path });
  server.close();
  expect(ended.code, ended.stderr).toBe(0);
  expect(said).toContain("RCPT TO:<you@there>");
  expect(said).toContain("Subject: Hello you");
  expect(said).toContain("<b>you</b>");
  expect(said).toContain("filename=n.txt");
});

test("commands run over SSH give output, errors and exit code; a wrong password is told", async () => {
  const { private: hostKey } = ssh2.utils.generateKeyPairSync("ed25519");
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (login) =>
      login.method === "password" && login.password === "right" ? login.accept() : login.reject(["password"]),
    );
    client.on("session", (accept) =>
      accept().on("exec", (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        channel.write(`ran ${command}`);
        channel.stderr.write("and said");
        channel.exit(3);
        channel.end();
      }),
    );
  });
  const port = await listening(server);
  const pm = await run(
    `
    plugin("SSH");
    var ssh = new SSH("127.0.0.1", Number(args.port), "me", "right");
    __pm.result = ssh.exec("date", "", false, false, true);
    __pm.connected = ssh.isConnected();
    __pm.chain = $ssh(ssh).pwd("/a b").sh("one").sh("two").get();
    ssh.close();
    try { new SSH("127.0.0.1", Number(args.port), "me", "wrong") } catch(e) { __pm.error = e.message }
  `,
    { port },
  );
  server.close();
  expect(pm.result).toEqual({ stdout: "ran date", stderr: "and said", exitcode: 3 });
  expect(pm.connected).toBe(true);
  expect(pm.chain).toEqual([
    { stdout: "ran cd '/a b' && one", stderr: "and said", exitcode: 3, cmd: "one" },
    { stdout: "ran cd '/a b' && two", stderr: "and said", exitcode: 3, cmd: "two" },
  ]);
  expect(pm.error).toContain(`127.0.0.1:${port}`);
});

testWith("sshd", "files go to and come from a real sshd", async (sshd) => {
  const at = (name: string) => join(folder.path, name);
  for (const name of ["host", "user"]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  writeFileSync(at("allowed"), readFileSync(at("user.pub")));
  const port = await freePort();
  const config = `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${at("host")}\nAuthorizedKeysFile ${at("allowed")}\nStrictModes no\nPidFile none\nSubsystem sftp internal-sftp\n`;
  writeFileSync(at("sshd_config"), config);
  // It separates privileges, for which it wants this folder when it is root.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  const server = spawn(sshd, ["-D", "-e", "-f", at("sshd_config")], { stdio: "ignore" });
  try {
    await answering(port);
    writeFileSync(at("local.txt"), "content");
    const login = execFileSync("whoami").toString().trim();
    const pm = await run(
      `
      var ssh = new SSH("127.0.0.1", Number(args.port), args.login, undefined, "user");
      ssh.mkdir(args.dir + "/made"); ssh.put("local.txt", args.dir + "/made/x.txt");
      __pm.names = ssh.listFiles(args.dir + "/made").files.map(f => f.filename);
      ssh.get(args.dir + "/made/x.txt", "back.txt");
      __pm.back = io.readFileString("back.txt");
      ssh.close();
    `,
      { port, login, dir: folder.path },
    );
    expect(pm).toMatchObject({ names: ["x.txt"], back: "content" });
  } finally {
    server.kill("SIGKILL");
  }
});

/** A port nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Settles when somebody answers on the port. */
async function answering(port: number): Promise<void> {
  for (const from = performance.now(); ; ) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("close", () => undefined).unref();
      setTimeout(() => socket.destroy(), 200).unref();
    });
    if (isUp) return;
    if (performance.now() - from > PATIENCE_MS) throw new Error(`nobody answers on port ${port}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
