import { Pool } from "undici";
import { runLoad, type Server, startFloor, startNode } from "./processes.js";

/** Number of counted runs. */
const COUNTED_RUNS = 1000;
const WORKERS = 2;
const CONNECTIONS = 4;
const COUNTED_JOB = "jobs:\n- name: Who\n  exec: __pm.pid = getPid()\ntodo:\n- Who\n";

/** Figures by which a version of Node is judged. */
export interface HotFigures {
  node: string;
  coldMs: number;
  readyMs: number;
  /** Of requests one after the other, ms. */
  p50: number;
  perSecond: number;
  /** Runs a second to those of the piscina floor, as many connections each. */
  toFloor: number;
  runs: number;
  retirements: number;
  /** Runs that each worker process executed, most first. */
  runsPerWorker: number[];
  /** Faults at any speed of the machine. */
  faults: string[];
}

export interface HotBench {
  folder(): string;
  line(label: string, text: string): void;
  headers: Record<string, string>;
  isQuick: boolean;
  coldMs: number;
}

/** A node that only runs small jobs, beside its floor. The counts hold on any machine, the times do not. */
export async function benchHot({ folder, line, headers, isQuick, coldMs }: HotBench): Promise<HotFigures> {
  const key = headers.authorization!.replace("Bearer ", "");
  const node = await startNode([`APIKEY=${key}`, `WORKERS=${WORKERS}`, "MAXFORKS=0", "BACKLOG=1000"], folder());
  try {
    console.log(`\nhot runs, ${WORKERS} workers`);
    line("  READY after", `${node.readyMs.toFixed(0)} ms`);
    const counted = await countRuns(node, headers);
    line(
      `  ${COUNTED_RUNS} runs`,
      `retirements ${counted.retirements}, runs per worker ${counted.runsPerWorker.join(" + ")}`,
    );
    const { p50, perSecond } = await speedOf(node, headers, isQuick);
    line("  POST /run rojob/echo.yaml", `p50 ${p50.toFixed(2)} ms, ${perSecond.toFixed(0)}/s`);
    const floor = await startFloor("floor-piscina.ts", folder());
    const floorSpeed = await speedOf(floor, headers, isQuick).finally(() => floor.stop());
    line(
      "  Fastify, piscina, fresh context",
      `p50 ${floorSpeed.p50.toFixed(2)} ms, ${floorSpeed.perSecond.toFixed(0)}/s`,
    );
    const toFloor = perSecond / floorSpeed.perSecond;
    line("  runs/s to that floor", toFloor.toFixed(2));
    const speed = { node: process.version, coldMs, readyMs: node.readyMs, p50, perSecond, toFloor };
    return { ...speed, ...counted, runs: COUNTED_RUNS, faults: faultsOf(counted) };
  } finally {
    await node.stop();
  }
}

type Counted = Pick<HotFigures, "retirements" | "runsPerWorker"> & { reasons: string[]; failures: number };

async function countRuns({ url }: Server, headers: Record<string, string>): Promise<Counted> {
  const client = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const perPid = new Map<unknown, number>();
  let failures = 0;
  let left = COUNTED_RUNS;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (left-- > 0) {
        const { statusCode, body } = await client.request({
          path: "/ojob",
          method: "POST",
          body: COUNTED_JOB,
          headers,
        });
        const { pid } = (await body.json()) as { pid?: number };
        if (statusCode === 200 && pid !== undefined) perPid.set(pid, (perPid.get(pid) ?? 0) + 1);
        else failures++;
      }
    }),
  );
  const metrics = await client.request({ path: "/metrics", method: "GET", headers });
  const lines = [...(await metrics.body.text()).matchAll(/^rojob_workers_retired_total\{reason="(.*)"\} (\d+)$/gm)];
  await client.close();
  return {
    retirements: lines.reduce((sum, [, , count]) => sum + Number(count), 0),
    reasons: lines.map(([, reason]) => reason!),
    runsPerWorker: [...perPid.values()].sort((a, b) => b - a),
    failures,
  };
}

function faultsOf({ retirements, reasons, runsPerWorker, failures }: Counted): string[] {
  const faults: string[] = [];
  if (failures > 0) faults.push(`${failures} of ${COUNTED_RUNS} runs gave no result`);
  if (retirements > 0) faults.push(`${COUNTED_RUNS} clean runs retired ${retirements} workers: ${reasons.join(", ")}`);
  if (runsPerWorker.length > WORKERS)
    faults.push(`${COUNTED_RUNS} runs needed ${runsPerWorker.length} worker processes, there should be ${WORKERS}`);
  return faults;
}

async function speedOf({ url }: Server, headers: Record<string, string>, isQuick: boolean) {
  const plan = { url, path: "/run?a=1", body: "rojob/echo.yaml", headers, warmUp: isQuick ? 50 : 300 };
  const { p50 } = await runLoad({ ...plan, connections: 1, requests: isQuick ? 200 : 2000 });
  const { perSecond } = await runLoad({ ...plan, connections: 32, durationMs: isQuick ? 1000 : 5000 });
  return { p50, perSecond };
}
