import { describe, expect, it } from "vitest";
import { runCode } from "./run-code.js";

describe("tasks of a run", () => {
  it("go on beside each other: a consumer that polls gets what the main line produces later", async () => {
    const { pm, errors } = await runCode(`
      var q = $queue(), out = [];
      var p = $do(() => { while (out.length < 3) { var v = q.poll(); if (v != null) out.push(v); else sleep(5, true) } });
      for (var i = 1; i <= 3; i++) { sleep(20, true); q.add(i) }
      $doWait(p);
      __pm.out = out`);
    expect(errors).toEqual([]);
    expect(pm.out).toEqual([1, 2, 3]);
  });

  it("wait for a lock until its holder lets go, and no longer", async () => {
    const { pm } = await runCode(`
      var steps = [];
      $lock("l").lock();
      var p = $do(() => { $lock("l").lock(); steps.push("task"); $lock("l").unlock() });
      sleep(50, true);
      steps.push("main");
      $lock("l").unlock();
      $doWait(p);
      __pm.steps = steps`);
    expect(pm.steps).toEqual(["main", "task"]);
  });

  it("that can never go on end in an error that says what they wait for", async () => {
    const { errors } = await runCode(`$await("nobody").wait()`);
    expect(errors.join()).toContain('a notification of "nobody"');
  });
});

describe("a time limit", () => {
  it.each([
    // Each would last longer than the test may.
    ["a pause", "sleep(600000, true)"],
    ["a command", '$sh("sleep 600").get()'],
    ["a request to a server that does not answer", "$rest().get(__url)"],
    ["another task", "$doWait($do(() => { sleep(600000, true) }))"],
  ])("breaks %s off", async (_what, wait) => {
    const { pm } = await runCode(`
      var hs = ow.server.httpd.start(0, "127.0.0.1");
      ow.server.httpd.route(hs, { "/slow": r => { sleep(600000, true); return "late" } });
      var __url = "http://127.0.0.1:" + hs.getPort() + "/slow";
      __pm.how = $tb(() => { ${wait} }).timeout(200).exec();
      ow.server.httpd.stop(hs)`);
    expect(pm.how).toBe("timeout");
  });
});

describe("HTTP within a run", () => {
  it("serves requests of the same run at the same time", async () => {
    const { pm } = await runCode(`
      var hs = ow.server.httpd.start(0, "127.0.0.1"), u = "http://127.0.0.1:" + hs.getPort(), there = 0;
      ow.server.httpd.route(hs, { "/w": r => {
        there++; // none is answered before all have come
        while (there < 5) sleep(5, true);
        return ow.server.httpd.reply({ n: r.params.n }) } });
      __pm.replies = pForEach([ 1, 2, 3, 4, 5 ], n => $rest().get(u + "/w?n=" + n).n);
      ow.server.httpd.stop(hs)`);
    expect(pm.replies).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("keeps a login for a server that asks for it", async () => {
    const { pm } = await runCode(`
      var hs = ow.server.httpd.start(0, "127.0.0.1"), u = "http://127.0.0.1:" + hs.getPort(), asked = 0;
      ow.server.httpd.route(hs, { "/a": r => { asked++; return ow.server.httpd.authBasic("r", hs, r, (n, p) => n == "u" && p == "p", s => s.replyOKText("in")) } });
      __pm.without = $rest().get(u + "/a").error.responseCode;
      __pm.with = $rest({ login: "u", pass: "p" }).get(u + "/a");
      __pm.asked = asked;
      ow.server.httpd.stop(hs)`);
    expect(pm).toMatchObject({ without: 401, with: "in", asked: 3 });
  });
});
