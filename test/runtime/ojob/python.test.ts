import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorsOf, eventually, isAlive, resultOf, startPool, type TestPool } from "../../workers/pool-helper.js";
import { runOJob, textsOf } from "./run-ojob.js";

/** One python job, and one that gives its args back. */
const pythonJob = (code: string, args: Record<string, unknown> = {}): object => ({
  ojob: { shareArgs: true },
  jobs: [
    { name: "py", lang: "python", typeArgs: { noTemplate: true }, exec: code },
    { name: "tell", exec: "__pm.args = args; delete args.objId; delete args.execid" },
  ],
  todo: [{ name: "py", args }, "tell"],
});

describe("a python step", () => {
  test("gets args with their types and gives them back", async () => {
    const args = { a: 1.5, b: true, c: null, d: { e: "ü\n" } };
    const ran = await runOJob(JSON.stringify(pythonJob("args['seen'] = repr(args['c']); args['id'] = id", args)));
    expect(textsOf(ran)).toEqual({});
    expect(ran.pm.args).toEqual({ ...args, seen: "None", id: "" });
  });

  test("prints what it and its processes write, and more than a pipe holds", async () => {
    const code = "import os, subprocess\nprint('x' * 300000)\nos.system('echo shell; echo wrong >&2')";
    const ran = await runOJob(JSON.stringify(pythonJob(code)));
    expect(ran.stdout).toBe(`shell\n${"x".repeat(300_000)}\n`);
    expect(ran.stderr).toContain("wrong\n");
  });

  test("ends with its threads, and with the functions it registered for its end", async () => {
    const code =
      "import threading, atexit, time\natexit.register(lambda: print('last'))\n" +
      "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()\nprint('code')";
    expect((await runOJob(JSON.stringify(pythonJob(code)))).stdout).toBe("code\nthread\nlast\n");
  });

  test("tells an error with the lines of its own code only", async () => {
    const ran = await runOJob(JSON.stringify(pythonJob("def f():\n  raise ValueError('no')\nf()")));
    expect(ran.stderr).toMatch(/^Traceback .*\n {2}File "<ojob>", line 3, in <module>\n/m);
    expect(ran.stderr).toContain("ValueError: no");
    expect((await runOJob(JSON.stringify(pythonJob("x = = 1")))).stderr).toContain("SyntaxError");
  });

  test("sees nothing of the one before", async () => {
    const first = "import sys, builtins, os\nsys.mine = builtins.mine = 1\nos.environ['MINE'] = '1'\nos.chdir('/')";
    await runOJob(JSON.stringify(pythonJob(first)));
    const look =
      "import sys, builtins, os\nargs['seen'] = [hasattr(sys, 'mine'), hasattr(builtins, 'mine'), 'MINE' in os.environ, os.getcwd() == '/']";
    const ran = await runOJob(JSON.stringify(pythonJob(look)));
    expect(ran.pm.args.seen).toEqual([false, false, false, false]);
  });

  test("is in nobody's way: several run beside each other", async () => {
    // None ends before all four are there.
    const exec =
      "import glob, os, time\nopen('here.%d' % os.getpid(), 'w').close()\n" +
      "while len(glob.glob('here.*')) < 4: time.sleep(0.02)";
    const job = { name: "py", lang: "python", exec };
    const todo = Array.from({ length: 4 }, () => "py");
    const ran = await runOJob(JSON.stringify({ ojob: { async: true }, jobs: [job], todo }));
    expect(textsOf(ran)).toEqual({});
  });

  test("is ended by its timeout", async () => {
    const job = { name: "py", lang: "python", typeArgs: { timeout: 300 }, exec: "while True: pass" };
    const ran = await runOJob(JSON.stringify({ jobs: [job], todo: ["py"] }));
    expect(textsOf(ran)).toEqual({ py: ["Job exceeded timeout of 300ms"] });
  });

  test("sees the environment variables of the run, those an interpreter reads at its start too", async () => {
    const code = "import os, sys\nargs['seen'] = [os.environ.get('HERE'), '/mine' in sys.path]";
    const ran = await runOJob(JSON.stringify(pythonJob(code)), {}, {}, {}, { HERE: "yes", PYTHONPATH: "/mine" });
    expect(ran.pm.args.seen).toEqual(["yes", true]);
  });

  test("names the interpreter that is missing", async () => {
    const empty = mkdtempSync(path.join(tmpdir(), "rojob-nothing-"));
    const ran = await runOJob(JSON.stringify(pythonJob("pass")), {}, {}, {}, { PATH: empty });
    rmSync(empty, { recursive: true });
    expect(textsOf(ran).py).toEqual([
      "Error: Job 'py' in language 'python' can not run: 'python3' is not installed (not found in the PATH)",
    ]);
  });
});

describe("python in a worker", () => {
  let node: TestPool;
  beforeAll(async () => {
    node = await startPool({ spares: 1 });
  });
  afterAll(() => node.close());

  test("is forked from an interpreter that is there once the worker has used it", async () => {
    const parents = new Set<number>();
    const own = new Set<number>();
    for (let round = 0; round < 6; round++) {
      const reply = await node.run(pythonJob("import os\nargs['pids'] = [os.getppid(), os.getpid()]"));
      expect(errorsOf(reply)).toBe("");
      const [parent, pid] = resultOf(reply).args.pids;
      parents.add(parent);
      own.add(pid);
    }
    expect([parents.size, own.size]).toEqual([1, 6]);
    expect(readFileSync(`/proc/${[...parents][0]}/cmdline`, "latin1")).toMatch(/^[^\0]*python3/);
  });

  test("is over when its process has exited, so that nothing counts as left by it", async () => {
    const before = node.pool.load().retired;
    // The exit of a process that has much memory takes a while.
    const code = "import sys\nsys.kept = bytearray(b'1') * 200_000_000";
    for (let round = 0; round < 5; round++) expect(errorsOf(await node.run(pythonJob(code)))).toBe("");
    expect(node.pool.load().retired).toEqual(before);
  });

  test("leaves its worker in use", async () => {
    const before = node.pool.load().retired;
    for (let round = 0; round < 3; round++) await node.run(pythonJob("print(1)"));
    expect(node.pool.load().retired).toEqual(before);
  });

  test.each([
    ["started in the background", "import subprocess\npid = subprocess.Popen(['sleep', '600']).pid"],
    ["forked", "import os, time\npid = os.fork()\nif pid == 0: time.sleep(600)"],
    [
      "that left group and session, with another environment",
      "import subprocess\npid = subprocess.Popen(['sleep', '600'], start_new_session=True).pid",
    ],
    [
      "forked twice into a session of its own",
      `
import os, time
r, w = os.pipe()
if os.fork() == 0:
    os.setsid()
    child = os.fork()
    if child > 0:
        os.write(w, str(child).encode())
        os._exit(0)
    time.sleep(600)
pid = int(os.read(r, 20))`,
    ],
  ])("a process %s is ended with the run", async (_what, code) => {
    const reply = await node.run(pythonJob(`${code}\nargs['pid'] = pid`));
    expect(errorsOf(reply)).toBe("");
    const { pid } = resultOf(reply).args;
    await eventually(() => !isAlive(pid), `process ${pid} ended`);
  });
});
