import { describe, expect, it } from "vitest";
import { runCode } from "./run-code.js";

describe("errors as jobs look at them", () => {
  it("tells errors of Java classes from those of JavaScript by `javaException`", async () => {
    const { pm, errors, stdout } = await runCode(`
      try { io.readFileString("absent.txt") } catch (e) {
        __pm.file = [ isDef(e.javaException), String(e.javaException), e.javaException.getMessage(), e.javaException.getClass().getName() ]
        __pm.asked = [ isJavaException(e), isJavaObject(e.javaException), isMap(e.javaException) ]
        __pm.keys = Object.keys(e)
      }
      try { throw new Error("plain") } catch (e) { __pm.plain = [ isDef(e.javaException), isJavaException(e) ] }
      try { throw "text" } catch (e) { __pm.text = [ e, isDef(e.javaException) ] }`);
    expect(errors).toEqual([]);
    expect(stdout).toBe("");
    const name = "java.nio.file.NoSuchFileException";
    expect(pm.file).toEqual([true, `${name}: absent.txt`, "absent.txt", name]);
    expect(pm.asked).toEqual([true, true, false]);
    expect(pm.keys).toEqual(["name"]);
    expect(pm.plain).toEqual([false, false]);
    expect(pm.text).toEqual(["text", false]);
  });

  it("names what refused a connection after a server of the same run has stopped", async () => {
    const { pm, errors } = await runCode(`
      ow.loadServer()
      var port = findRandomOpenPort(), url = "http://127.0.0.1:" + port + "/t"
      var server = ow.server.httpd.start(port, "127.0.0.1")
      ow.server.httpd.route(server, { "/t": () => server.replyOKText("there") })
      __pm.before = [ $rest().get(url), $rest().post(url, { a: 1 }) ]
      ow.server.httpd.stop(server)
      __pm.after = [ $rest().get(url).error, $rest().post(url, { a: 1 }).error ].map(e => e.replace(port, "PORT"))`);
    expect(errors).toEqual([]);
    expect(pm.before).toEqual(["there", "there"]);
    const refused =
      "JavaException: Exception java.net.ConnectException: Failed to connect to /127.0.0.1:PORT; error = undefined";
    expect(pm.after).toEqual([refused, refused]);
  });

  it("names the zone of a date the way Java does", async () => {
    const { pm } = await runCode(`
      ow.loadFormat()
      __pm.zones = [ "Asia/Tokyo", "Europe/Berlin", "America/New_York" ].map(z => ow.format.fromDate(new Date(0), "HH:mm z", z))`);
    expect(pm.zones).toEqual(["09:00 JST", "01:00 CET", "19:00 EST"]);
  });
});
