import { describe, expect, it } from "vitest";
import { runInFolder } from "./run-in-folder.js";

describe("commands of the scope", () => {
  it("pass the output of exec on between the prints around it", async () => {
    const { output } = await runInFolder(`
      print("before")
      $sh("echo one; echo two").exec()
      print("after")
    `);
    expect(output).toBe("before\none\ntwo\nafter\n");
  });

  it("that run too long end together with what they started", async () => {
    // Longer than the test may take, and no other process sleeps that long.
    const command = `sleep 1000.${process.pid}`;
    const { result } = await runInFolder(`
      var r = $sh("sh -c '${command}; echo late'; echo never").timeout(300).get(0)
      __pm.code = r.exitcode
      var left = () => Number($sh("ps -o args= -A | grep -cx '[s]${command.slice(1)}'").get(0).stdout)
      while (left() > 0) sleep(20, true)
    `);
    expect(result.code).not.toBe(0);
  });

  it("give large outputs whole", async () => {
    const { result } = await runInFolder(`
      __pm.length = $sh("head -c 50000000 /dev/zero | tr '\\\\0' x").get(0).stdout.length
    `);
    expect(result).toEqual({ length: 50000000 });
  });

  it("can be talked to while they run", async () => {
    const { result } = await runInFolder(`
      $sh("while read l; do echo got $l; done").cb((out, err, input) => {
        ioStreamWrite(input, "a\\n")
        ioStreamWrite(input, "b\\n")
        input.close()
        __pm.said = af.fromInputStream2String(out)
      }).get(0)
    `);
    expect(result).toEqual({ said: "got a\ngot b\n" });
  });

  it("that do not exist are named with the system's reason", async () => {
    const { result } = await runInFolder(`
      try { $sh([ "no-such-program" ]).get(0) } catch(e) { __pm.error = String(e) }
    `);
    expect(result.error).toBe(
      'JavaException: java.io.IOException: Cannot run program "no-such-program": error=2, No such file or directory',
    );
  });
});
