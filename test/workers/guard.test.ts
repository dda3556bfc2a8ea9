import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

test("a program that has nothing else left to do waits until its guard is gone", () => {
  const guard = pathToFileURL(path.join(process.env.ROJOB_BUILD!, "service", "workers", "guard.js")).href;
  const program = `
    import { Guard } from "${guard}";
    const guard = new Guard("nobody", (message) => console.log(message));
    await guard.close();
    console.log("closed");`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "closed\n", stderr: "" });
});
