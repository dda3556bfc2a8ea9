import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rojob, scratchFolder } from "../../cli/program.js";
import { runOJob } from "../ojob/run-ojob.js";

const jobOf = (exec: string) =>
  JSON.stringify({ ojob: { logToConsole: false }, jobs: [{ name: "M", exec }], todo: ["M"] });

test("the changes of the clocks of a zone are found on both sides of a time, or not at all", async () => {
  const { pm, errors } = await runOJob(
    jobOf(`
    __pm.lisbon = ow.format.dateTimeTransition("Europe/Lisbon", new Date("2024-06-01T00:00:00Z"));
    __pm.sydney = ow.format.dateTimeTransition("Australia/Lord_Howe", new Date("2024-06-01T00:00:00Z")).nextTransition;
    __pm.tokyo = ow.format.dateTimeTransition("Asia/Tokyo", new Date("2024-06-01T00:00:00Z"));
  `),
  );
  expect(errors).toEqual([]);
  expect(pm.lisbon).toEqual({
    zone: "Europe/Lisbon",
    previousTransition: {
      previousDate: "2024-03-31",
      previousTime: "01:00",
      afterDate: "2024-03-31",
      afterTime: "02:00",
      isGap: true,
      isOverlap: false,
      duration: 3_600_000,
      epoch: Date.UTC(2024, 2, 31, 1),
      date: "2024-03-31T01:00:00.000Z",
    },
    nextTransition: expect.objectContaining({ isOverlap: true, duration: -3_600_000, epoch: Date.UTC(2024, 9, 27, 1) }),
  });
  expect(pm.sydney).toMatchObject({ duration: 1_800_000, previousTime: "02:00", afterTime: "02:30" });
  expect(pm.tokyo).toEqual({ zone: "Asia/Tokyo" });
});

test("the time of a time server is taken, and a server that is none is told", async () => {
  const folder = scratchFolder();
  const server = createSocket("udp4", (_packet, from) => {
    const answer = Buffer.alloc(48);
    answer.writeUInt32BE(2_208_988_800 + 86_400, 40);
    answer.writeUInt32BE(2 ** 31, 44);
    server.send(answer, from.port, from.address);
  });
  await new Promise<void>((done) => server.bind(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const silent = createSocket("udp4");
  await new Promise<void>((done) => silent.bind(0, "127.0.0.1", done));
  const other = silent.address() as AddressInfo;
  writeFileSync(
    join(folder.path, "job.json"),
    jobOf(`
      __pm.ms = ow.net.getActualTime("127.0.0.1:" + args.port).getTime();
      try { ow.net.getActualTime("127.0.0.1:" + args.other, 200) } catch(e) { __pm.error = e.message }
    `),
  );
  const { stdout } = await rojob(["exec", "job.json", "--local", `port=${port}`, `other=${other.port}`], {
    cwd: folder.path,
  });
  server.close();
  silent.close();
  folder.remove();
  const pm = JSON.parse(stdout);
  // The server's time, and half of the round trip, which is the shorter part of the test's time.
  expect(pm.ms - 86_400_500).toBeGreaterThanOrEqual(0);
  expect(pm.ms - 86_400_500).toBeLessThan(60_000);
  expect(pm.error).toContain(`127.0.0.1:${other.port}`);
});
