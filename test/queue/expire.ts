import { Etcd3 } from "etcd3";
import { Redis } from "ioredis";
import type { BrokerType } from "./broker-nodes.js";

/** Ends the time of claims, as if their holders had been away for long. */
export interface Expiry {
  /** Of the claim of a run; whoever looks next may take it over. */
  expire(uuid: string): Promise<unknown>;
  close(): void;
}

/** @param cluster CNAME of the nodes */
export function expiryAt(type: BrokerType, port: number, cluster: string): Expiry {
  if (type === "redis") {
    const redis = new Redis(port, "127.0.0.1");
    return {
      expire: (uuid) => redis.zadd(`{rojob:${cluster}}:leases`, "XX", 1, uuid),
      close: () => redis.disconnect(),
    };
  }
  const etcd = new Etcd3({ hosts: `http://127.0.0.1:${port}` });
  return {
    expire: (uuid) => etcd.delete().key(`rojob/${cluster}/q/claim/${uuid}`).exec(),
    close: () => etcd.close(),
  };
}
