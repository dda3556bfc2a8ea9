import { describe, expect, it } from "vitest";
import { plainFetch } from "../../tools/plain-fetch.js";
import { ECHO, type HttpNode, KEY, post, startHttp } from "./http-node.js";

async function scrape(node: HttpNode): Promise<{ text: string; type: string | null }> {
  const response = await plainFetch(`${node.url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } });
  expect(response.status).toBe(200);
  return { text: await response.text(), type: response.headers.get("content-type") };
}

describe("GET /metrics", () => {
  it("counts the runs that have ended, by state and by who executed them, and how long they took", async () => {
    const node = await startHttp();
    for (const ending of [
      {},
      {},
      { state: "failed", route: "h:1>peer h:2>worker" },
      { state: "killed", route: "h:1" },
    ]) {
      node.ending = ending as never;
      await post(node, "/ojob?__async=1", ECHO);
    }
    await expect.poll(() => node.runs.results.size).toBe(4);
    const { text, type } = await scrape(node);
    expect(type).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text).toContain('rojob_runs_total{state="done",route="worker"} 2\n');
    expect(text).toContain('rojob_runs_total{state="failed",route="peer"} 1\n');
    expect(text).toContain('rojob_runs_total{state="killed",route="none"} 1\n');
    expect(text).toContain('rojob_run_duration_seconds_bucket{le="+Inf"} 4\n');
    expect(text).toContain("rojob_run_wait_seconds_count 4\n");
  });

  it("tells what the workers, the queue and the node do now", async () => {
    const node = await startHttp();
    const retired = { "open file": 2, timer: 1 };
    node.activity = { ...node.activity, free: 1, busy: 2, forks: 1, waiting: 5, crashes: 3, retired };
    node.runs.troubleText = "the disk is full";
    const { text } = await scrape(node);
    for (const line of [
      'rojob_workers{state="free"} 1',
      'rojob_workers{state="busy"} 2',
      "rojob_forks 1",
      "rojob_backlog_runs 5",
      "rojob_worker_crashes_total 3",
      'rojob_workers_retired_total{reason="open file"} 2',
      'rojob_workers_retired_total{reason="timer"} 1',
      'rojob_queue_runs{state="waiting"} 0',
      "rojob_queue_oldest_seconds 0",
      "rojob_queue_redeliveries_total 2",
      'rojob_runs_kept{state="done"} 1',
      "rojob_trouble 1",
      'rojob_nodes{state="alive"} 1',
      'rojob_info{version="1.2.3"} 1',
    ])
      expect(text).toContain(`${line}\n`);
    node.activity = { ...node.activity, crashes: 4, retired: {} };
    const later = (await scrape(node)).text;
    expect(later).toContain("rojob_worker_crashes_total 4\n");
    expect(later).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
    expect(later).toMatch(/^process_cpu_seconds_total [\d.]+$/m);
  });
});
