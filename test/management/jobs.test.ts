import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type ManagedNode, startManaged, textOf } from "./managed-node.js";

const ERRORS = expect.any(Array);

describe("management jobs", () => {
  let managed: ManagedNode;
  const run: ManagedNode["run"] = (path, args) => managed.run(path, args);

  beforeAll(async () => {
    managed = await startManaged(["WORKERS=2"]);
  });
  afterAll(() => managed?.close());

  it("echo replies what it was given and prints it", async () => {
    expect(await run("rojob/echo.yaml", { a: "1", b: "ä b" })).toEqual({ a: "1", b: "ä b" });
    expect(managed.logged.join("")).toContain("ä b");
  });

  it("listnodes names the node and the files of its jobs", async () => {
    const uuid = await managed.begin("sleep(20000)");
    await eventually(async () => (await stateOf(uuid)) === "running", "the run starts");
    const { nodes } = await run("rojob/listnodes.yaml");
    expect(nodes).toEqual([{ host: "localhost", port: managed.port, jobs: expect.arrayContaining([`${uuid}.rojob`]) }]);
    expect(nodes[0].jobs.every((job: string) => job.endsWith(".rojob"))).toBe(true);
    await run("rojob/killjob.yaml", { job: uuid });
  });

  it("showvars shows the values of ROJOB and the release that is followed", async () => {
    const { rojob, openaf } = await run("rojob/showvars.yaml");
    expect(rojob).toEqual({
      HOST: "localhost",
      PORT: String(managed.port),
      WORK_DIR: managed.work,
      RUN_DIR: join(managed.around, "run"),
      CNAME: "rojob",
      UUID: expect.stringMatching(new RegExp(`^localhost-${managed.port}-\\d+$`)),
    });
    expect(openaf).toEqual({ version: expect.stringMatching(/^\d{8}$/), opacks: ["OpenAF"] });
  });

  it("listwork lists a folder with all that is below it, and leaves the service's own out", async () => {
    managed.put("listed/a.txt", "four");
    managed.put("listed/sub/b.txt");
    const { path, work } = await run("rojob/listwork.yaml", { path: "listed" });
    expect(path).toBe("listed");
    expect(work.map((file: any) => file.filepath).sort()).toEqual(
      ["a.txt", "sub", "sub/b.txt"].map((name) => join(managed.work, "listed", name)),
    );
    const file = work.find((one: any) => one.filename === "a.txt");
    expect(file).toEqual({
      isDirectory: false,
      isFile: true,
      filename: "a.txt",
      filepath: join(managed.work, "listed/a.txt"),
      canonicalPath: join(managed.work, "listed/a.txt"),
      lastModified: expect.any(Number),
      createTime: expect.any(Number),
      lastAccess: expect.any(Number),
      size: 4,
      permissions: expect.stringMatching(/r/),
      path: join(managed.work, "listed"),
    });
    const all = await run("rojob/listwork.yaml");
    expect(all.work.some((one: any) => one.filename === "a.txt")).toBe(true);
    expect(all.work.some((one: any) => one.filepath.includes(".rojob"))).toBe(false);
  });

  it("cleanwork removes a file, a folder, or all but the service's own", async () => {
    managed.put("one.txt");
    managed.put("two/a.txt");
    managed.put("two/b/c.txt");
    expect(await run("rojob/cleanwork.yaml", { path: "one.txt" })).toEqual({ path: "one.txt", deleted: 1 });
    expect(await run("rojob/cleanwork.yaml", { path: "two" })).toEqual({ path: "two", deleted: 3 });
    managed.put("three.txt");
    managed.put("four/d.txt");
    expect((await run("rojob/cleanwork.yaml")).deleted).toBeGreaterThanOrEqual(2);
    expect(readdirSync(managed.work)).toEqual([".rojob"]);
    expect(await run("rojob/cleanwork.yaml", { path: "gone.txt" })).toEqual({
      path: "gone.txt",
      error: "File/folder not found: 'gone.txt'",
      __errors: [{ name: "Clean work", error: ["File/folder not found: 'gone.txt'"], at: expect.anything() }],
    });
  });

  it("getmem returns the memory of the node, in bytes or as text", async () => {
    const memory = await run("rojob/getmem.yaml");
    expect(memory).toEqual({
      max: expect.any(Number),
      total: expect.any(Number),
      used: expect.any(Number),
      free: expect.any(Number),
    });
    expect(memory.used + memory.free).toBe(memory.total);
    expect(memory.total).toBeLessThanOrEqual(memory.max);
    const texts = await run("rojob/getmem.yaml", { format: "true" });
    expect(Object.keys(texts)).toEqual(["max", "total", "used", "free"]);
    for (const text of Object.values(texts)) expect(text).toMatch(/^[\d.]+ (bytes|KB|MB|GB)$/);
  });

  it.each(["", ".rojob"])("killjob ends a run by its id, written with '%s' at its end", async (ending) => {
    const uuid = await managed.begin("while (true) sleep(50)");
    await eventually(async () => (await stateOf(uuid)) === "running", "the run starts");
    expect(await run("rojob/killjob.yaml", { job: uuid + ending })).toEqual({ result: 1 });
    expect(await stateOf(uuid)).toBe("killed");
    expect(await run("rojob/killjob.yaml", { job: uuid })).toEqual({ result: 0, error: expect.stringContaining(uuid) });
  });

  it("killjob says what is wrong with the job it was given", async () => {
    expect(await run("rojob/killjob.yaml")).toEqual({ result: 0, error: "Please provide a job id." });
    for (const job of ["localhost-1-1.rojob", "../../etc/passwd", "x"])
      expect(await run("rojob/killjob.yaml", { job })).toEqual({ result: 0, error: expect.stringContaining("no run") });
  });

  it("getresult gives the map of an asynchronous run, and cleanresult forgets it", async () => {
    const uuid = await managed.begin("while (!io.fileExists(ROJOB.work.path('go'))) sleep(20); __pm.sum = args.a + 1", {
      a: 2,
    });
    expect(await run("rojob/getresult.yaml", { uuid })).toEqual({ __error: `Job ${uuid} is still running.` });
    expect(await run("rojob/cleanresult.yaml", { uuid })).toEqual({ uuid, __error: `Job ${uuid} is still running.` });
    managed.put("go");
    await managed.ask("GET", `/v1/runs/${uuid}?wait=60`);
    expect(await run("rojob/getresult.yaml", { uuid })).toEqual({ a: 2, sum: 3 });
    expect(await run("rojob/cleanresult.yaml", { uuid })).toEqual({ uuid, result: 1 });
    const gone = `Job ${uuid} result is not available.`;
    expect(await run("rojob/getresult.yaml", { uuid })).toEqual({ __error: gone });
    expect(await run("rojob/cleanresult.yaml", { uuid })).toEqual({ uuid, __error: gone });
  });

  it("getresult keeps the errors of an asynchronous run, and says why one that was killed has no result", async () => {
    const failed = await managed.begin("__pm.x = 1; throw 'kaboom'");
    await managed.ask("GET", `/v1/runs/${failed}?wait=60`);
    expect(await run("rojob/getresult.yaml", { uuid: failed })).toMatchObject({
      x: 1,
      __errors: [{ name: "A", error: ["kaboom"] }],
    });
    const killed = await managed.begin("sleep(20000)");
    await run("rojob/killjob.yaml", { job: killed });
    expect(await run("rojob/getresult.yaml", { uuid: killed })).toEqual({ __error: expect.stringContaining("killed") });
  });

  it.each(["getresult", "cleanresult"])("%s wants to know which run", async (name) => {
    expect(await run(`rojob/${name}.yaml`)).toEqual({ error: "Please provide a job UUID.", __errors: ERRORS });
  });

  it("setinitjob keeps a job for the next start, clearinitjobs removes all of them", async () => {
    const job = "todo: [A]\njobs: [{ name: A, exec: 'log(1)' }]\n";
    expect(await run("rojob/setinitjob.yaml", { name: "first.yaml", job })).toEqual({ name: "first.yaml", job });
    expect(textOf(join(managed.work, ".rojob/first.yaml"))).toBe(job);
    await run("rojob/setinitjob.yaml", { name: "second.json", job: "{}" });
    expect(await run("rojob/clearinitjobs.yaml")).toEqual({});
    expect(readdirSync(join(managed.work, ".rojob")).filter((name) => /\.(yaml|json|tmp)$/.test(name))).toEqual([]);
  });

  it.each([
    ["../x.yaml", "Filename can not refer to other folders."],
    ["a\\x.yaml", "Filename can not refer to other folders."],
    ["runs/x.json", "Filename can not refer to other folders."],
    ["x.txt", "Filename needs to be .yaml or .json"],
    ["apikey", "Filename needs to be .yaml or .json"],
    ["", "Please provide the name of the file."],
  ])("setinitjob does not take %j for a name", async (name, error) => {
    const before = readdirSync(join(managed.work, ".rojob")).sort();
    expect(await run("rojob/setinitjob.yaml", { name, job: "x: 1" })).toEqual({
      name,
      job: "x: 1",
      error,
      __errors: [{ name: "Set init job", error: [error], at: expect.anything() }],
    });
    expect(readdirSync(join(managed.work, ".rojob")).sort()).toEqual(before);
    expect(existsSync(join(managed.work, "x.yaml"))).toBe(false);
  });

  it("addnode wants host and port, and says when nobody answers there", async () => {
    expect(await run("rojob/addnode.yaml")).toEqual({ error: "Please provide a host." });
    expect(await run("rojob/addnode.yaml", { host: "127.0.0.1" })).toEqual({ error: "Please provide a port." });
    const lost = await run("rojob/addnode.yaml", { host: "127.0.0.1", port: "1" });
    expect(lost).toEqual({ error: expect.stringContaining("127.0.0.1:1") });
  });

  it("lets a job of the run folder stand in for one that every node ships", async () => {
    expect(await run("rojob/no-such.yaml")).toMatchObject({ code: "run_not_found" });
    mkdirSync(join(managed.around, "run/rojob"), { recursive: true });
    writeFileSync(
      join(managed.around, "run/rojob/listwork.yaml"),
      "jobs: [{ name: A, exec: '__pm = 7' }]\ntodo: [A]\n",
    );
    expect(await run("rojob/listwork.yaml")).toBe(7);
  });

  async function stateOf(uuid: string): Promise<string> {
    return (await managed.ask("GET", `/v1/runs/${uuid}`)).json.state;
  }
});

describe("nodes and management jobs", () => {
  it.each(["stop", "stopall"])(
    "%s is answered before the node stops",
    async (name) => {
      const managed = await startManaged();
      try {
        const reply = await managed.run(`rojob/${name}.yaml`);
        expect(reply).toEqual(name === "stop" ? {} : { nodes: [{ host: "localhost", port: managed.port }] });
        await managed.node.done;
        await expect(managed.ask("GET", "/healthz")).rejects.toThrow(/ECONNREFUSED/);
      } finally {
        await managed.close();
      }
    },
    60_000,
  );

  it("stopall stops the other nodes too, also those with another work folder", async () => {
    const first = await startManaged();
    const second = await startManaged([`CDISC=localhost:${first.port}`]);
    try {
      const listed = async () => (await first.run("rojob/listnodes.yaml")).nodes.length;
      await eventually(async () => (await listed()) === 2, "the nodes know each other");
      const ports = (await first.run("rojob/stopall.yaml")).nodes.map(({ port }: { port: number }) => port);
      expect(ports.sort()).toEqual([first.port, second.port].sort());
      await Promise.all([first.node.done, second.node.done]);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  it("addnode makes two nodes known to each other", async () => {
    const [first, second] = await Promise.all([startManaged(), startManaged()]);
    try {
      const both = [first, second].map(({ port }) => ({ host: "localhost", port }));
      const args = { host: "localhost", port: String(second.port) };
      const byPort = (nodes: { port: number }[]) => nodes.sort((a, b) => a.port - b.port);
      expect(byPort((await first.run("rojob/addnode.yaml", args)).nodes)).toEqual(byPort(both));
      await eventually(
        async () => (await second.run("rojob/listnodes.yaml")).nodes.length === 2,
        "the other one knows the first",
      );
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  it("a node with RUNONLY=true has no jobs but its own, and takes no initialization jobs from elsewhere", async () => {
    const job = 'jobs: [{ name: A, exec: \'ROJOB.work.setInitJob("x.yaml", "a: 1")\' }]\ntodo: [A]\n';
    const managed = await startManaged(["RUNONLY=true"]);
    try {
      writeFileSync(join(managed.around, "run/own.yaml"), job);
      expect(await managed.run("rojob/setinitjob.yaml")).toMatchObject({ code: "run_not_found" });
      expect(await managed.run("own.yaml")).toMatchObject({
        __errors: [{ error: [expect.stringContaining("RUNONLY=true")] }],
      });
      expect(existsSync(join(managed.work, ".rojob/x.yaml"))).toBe(false);
    } finally {
      await managed.close();
    }
  });
});
