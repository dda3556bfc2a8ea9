import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { SpoolQueue } from "../../service/queue/spool/index.js";
import { createStore, type RunStore } from "../../service/store/index.js";
import { describeQueue } from "./conformance.js";

describeQueue("spool", async () => {
  const workFolder = mkdtempSync(join(tmpdir(), "rojob-spool-"));
  const stores: RunStore[] = [];
  const life = async (): Promise<SpoolQueue> => {
    const store = createStore({
      workFolder,
      node: () => "node-of-tests:1",
      resultTtlMs: 0,
      logTtlMs: 0,
      keepRuns: 0,
      log: pino({ level: "silent" }),
    });
    stores.push(store);
    await store.start();
    return new SpoolQueue(store);
  };
  return {
    queue: await life(),
    nextLife: life,
    recoveryMs: 0,
    async end() {
      for (const store of stores) await store.close();
      rmSync(workFolder, { recursive: true });
    },
  };
});
