import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ECHO, post, startHttp } from "./http-node.js";
import { expectProblem } from "./problems.js";

describe("the run folder", () => {
  it.each(["../run-evil/x.yaml", "a/../../run-evil/x.yaml", "..", "../run/../secret.yaml"])(
    "lets %s not out",
    async (path) => {
      const node = await startHttp();
      mkdirSync(join(node.runFolder, "../run-evil"));
      writeFileSync(join(node.runFolder, "../run-evil/x.yaml"), ECHO);
      expectProblem(await post(node, "/run", path), "run_path_escapes");
      expectProblem(await post(node, "/run", JSON.stringify(path)), "run_path_escapes");
      expect(node.specs).toEqual([]);
    },
  );

  it("follows links inside, not out of it, and not those changed to lead out later", async () => {
    const node = await startHttp({}, { "in/a.yaml": ECHO });
    const evil = join(node.runFolder, "../run-evil");
    mkdirSync(evil);
    writeFileSync(join(evil, "a.yaml"), ECHO);
    symlinkSync(join(evil, "a.yaml"), join(node.runFolder, "file.yaml"));
    symlinkSync(evil, join(node.runFolder, "folder"));
    symlinkSync("in", join(node.runFolder, "inside"));
    expectProblem(await post(node, "/run", "file.yaml"), "run_path_escapes");
    expectProblem(await post(node, "/run", "folder/a.yaml"), "run_path_escapes");
    expect((await post(node, "/run", "inside/a.yaml")).status).toBe(200);
    rmSync(join(node.runFolder, "inside"));
    symlinkSync(evil, join(node.runFolder, "inside"));
    expectProblem(await post(node, "/run", "inside/a.yaml"), "run_path_escapes");
  });

  it("may itself be a link", async () => {
    const node = await startHttp({}, { "a.yaml": ECHO });
    const link = join(node.runFolder, "../link");
    symlinkSync(node.runFolder, link);
    const other = await startHttp({ RUN: link });
    expect((await post(other, "/run", "a.yaml")).status).toBe(200);
  });

  it.each(["%2e%2e/run-evil/x.yaml", "..%2frun-evil%2fx.yaml", "~/x.yaml", `${"x".repeat(300)}.yaml`])(
    "takes %s for a name, and has no such file",
    async (path) => expectProblem(await post(await startHttp(), "/run", path), "run_not_found"),
  );

  it("takes a leading slash for the run folder itself", async () => {
    const reply = await post(await startHttp({}, { "rojob/echo.yaml": ECHO }), "/run", "/rojob/echo.yaml");
    expect(reply.status).toBe(200);
  });

  it.each(["/etc/passwd", "a.txt", "a", "..\\evil\\x.yaml", "a\0.yaml", "C:\\x.yaml", "a\n.yaml"])(
    "refuses %j, which is no path of a job",
    async (path) =>
      expectProblem(await post(await startHttp({}, { "rojob/echo.yaml": ECHO }), "/run", path), "run_path_bad"),
  );

  it("tells the name and the line of a file that cannot be parsed, not where the folder is", async () => {
    const node = await startHttp({}, { "bad/x.yaml": "jobs:\n - a: b\n  c: d\n" });
    const answer = await post(node, "/run", "bad/x.yaml");
    expectProblem(answer, "bad_yaml");
    expect(answer.json.detail).toMatch(/^bad\/x.yaml, line 3,/);
    expect(answer.text).not.toContain(node.runFolder);
  });

  it("does not run a folder by a job's name, nor what is below a file", async () => {
    const node = await startHttp({}, { "folder.yaml/a.yaml": ECHO });
    expectProblem(await post(node, "/run", "folder.yaml"), "run_not_found");
    expectProblem(await post(node, "/run", "folder.yaml/a.yaml/b.yaml"), "run_not_found");
  });

  it("is read again when a file changes", async () => {
    const node = await startHttp({}, { "a.yaml": ECHO });
    await post(node, "/run", "a.yaml");
    await post(node, "/run", "a.yaml");
    writeFileSync(join(node.runFolder, "a.yaml"), `args: { v: 2 }\n${ECHO}`);
    await post(node, "/run", "a.yaml");
    expect(node.specs.map((spec) => spec.args)).toEqual([{}, {}, { v: 2 }]);
    rmSync(join(node.runFolder, "a.yaml"));
    expectProblem(await post(node, "/run", "a.yaml"), "run_not_found");
  });

  it("is all that can be run with RUNONLY=true", async () => {
    const node = await startHttp({ RUNONLY: true }, { "a.yaml": ECHO });
    for (const path of ["/ojob", "/yaml", "/json"]) expectProblem(await post(node, path, ECHO), "run_only");
    expectProblem(await post(node, "/v1/runs", JSON.stringify({ ojob: ECHO })), "run_only");
    expect((await post(node, "/run", "a.yaml")).status).toBe(200);
    expect((await post(node, "/v1/runs", '{"run":"a.yaml"}')).status).toBe(200);
  });
});
