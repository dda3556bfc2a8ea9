import type { Dispatcher } from "../dispatch/dispatcher.js";
import type { RunFilter, RunRecord } from "../model/record.js";
import type { RunReply } from "../model/run.js";
import type { WantedRun } from "../model/runs.js";
import type { RunStore } from "../model/store.js";
import { endedRecord, killedReply, recordOf, specOf } from "./records-of.js";

interface Live {
  record: RunRecord;
  killing: AbortController;
}

/** Runs that are answered when they end: nothing is stored before, and a note in the store after it. */
export class SyncRuns {
  private readonly live = new Map<string, Live>();

  constructor(
    private readonly parts: {
      node: () => string;
      dispatcher: Pick<Dispatcher, "dispatch">;
      kill(uuid: string): boolean;
      store: Pick<RunStore, "note">;
      /** Called for each run that has ended. */
      ended(record: RunRecord): void;
    },
  ) {}

  /** @throws ServiceError refusals of the dispatcher */
  async run(wanted: WantedRun, uuid: string, lane: "management" | "nested" | undefined): Promise<RunReply> {
    const { node, dispatcher, store } = this.parts;
    const record = recordOf(wanted, uuid, node(), false);
    const live: Live = { record, killing: new AbortController() };
    this.live.set(uuid, live);
    try {
      const spec = specOf(record, wanted.text, wanted.args);
      if (lane !== undefined) spec.lane = lane;
      if (lane === "nested") spec.parent = wanted.parent;
      const reply = await dispatcher.dispatch(spec, live.killing.signal).catch((error: unknown) => {
        if (live.killing.signal.aborted) return killedReply(record);
        throw error;
      });
      const { resultTtl } = wanted.settings;
      const ended = endedRecord(record, reply, resultTtl === undefined ? undefined : resultTtl * 1000);
      store.note(ended, reply.result);
      this.parts.ended(ended);
      return reply;
    } finally {
      this.live.delete(uuid);
    }
  }

  has(uuid: string): boolean {
    return this.live.has(uuid);
  }

  get(uuid: string): RunRecord | undefined {
    return this.live.get(uuid)?.record;
  }

  uuids(): string[] {
    return [...this.live.keys()];
  }

  /** Matching runs under way, newest first. */
  list({ state, name, file, since, until }: RunFilter): RunRecord[] {
    const fits = ({ record }: Live): boolean =>
      (state === undefined || state.includes(record.state)) &&
      (name === undefined || name === record.name) &&
      (file === undefined || file === record.file) &&
      (since === undefined || record.acceptedAt >= since) &&
      (until === undefined || record.acceptedAt < until);
    return [...this.live.values()]
      .filter(fits)
      .map(({ record }) => record)
      .reverse();
  }

  /** Kills it with everything it started. */
  kill(uuid: string): void {
    this.live.get(uuid)?.killing.abort();
    this.parts.kill(uuid);
  }
}
