import type { Namespace, PutBuilder } from "etcd3";
import type { SharedKeys } from "../broker/shared-keys.js";

/** Entries written within this part of a lease's time share it. */
const SHARED_PART = 10;

/** Shared keys in etcd. Those with a time to live are bound to leases that nobody renews. */
export class EtcdSharedKeys implements SharedKeys {
  /** By time to live, ms. */
  private readonly leases = new Map<number, { id: Promise<string>; until: number }>();

  constructor(
    private readonly etcd: Namespace,
    private readonly ask: <T>(question: () => Promise<T>) => Promise<T>,
  ) {}

  get(name: string): Promise<string | undefined> {
    return this.ask(async () => (await this.etcd.get(`m/${name}`).string()) ?? undefined);
  }

  put(name: string, text: string, keptMs: number): Promise<void> {
    return this.ask(async () => {
      const lease = await this.lease(keptMs);
      await this.write(name, text, lease);
    });
  }

  swap(name: string, seen: string | undefined, text: string, keptMs: number): Promise<boolean> {
    return this.ask(async () => {
      const key = `m/${name}`;
      const unchanged =
        seen === undefined ? this.etcd.if(key, "Create", "==", 0) : this.etcd.if(key, "Value", "==", seen);
      const lease = await this.lease(keptMs);
      return (await unchanged.then(this.write(name, text, lease)).commit()).succeeded;
    });
  }

  remove(name: string): Promise<void> {
    return this.ask(async () => {
      await this.etcd.delete().key(`m/${name}`);
    });
  }

  names(prefix: string): Promise<string[]> {
    return this.ask(async () => {
      const { kvs } = await this.etcd.getAll().prefix(`m/${prefix}`).exec();
      const kept = kvs.filter(({ lease }) => lease === "0");
      return kept.map(({ key }) => key.toString().slice("m/".length));
    });
  }

  private write(name: string, text: string, lease: string | undefined): PutBuilder {
    const put = this.etcd.put(`m/${name}`).value(text);
    return lease === undefined ? put : put.lease(lease);
  }

  /** Id of a lease that lasts for this time, and a little longer. */
  private async lease(keptMs: number): Promise<string | undefined> {
    if (keptMs === 0) return undefined;
    const present = this.leases.get(keptMs);
    if (present !== undefined && present.until > performance.now()) return present.id;
    const seconds = Math.ceil((keptMs * (1 + 1 / SHARED_PART)) / 1000);
    const id = this.etcd.lease(seconds, { autoKeepAlive: false }).grant();
    this.leases.set(keptMs, { id, until: performance.now() + keptMs / SHARED_PART });
    id.catch(() => this.leases.delete(keptMs)); // the caller gets the error
    return id;
  }
}
