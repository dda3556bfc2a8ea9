import type { Lease, Namespace } from "etcd3";

/** Time for which keys bound to the lease outlive their node, s. */
const LEASE_S = 6;

/** The lease of this node in etcd: keys bound to it are removed when the node dies. */
export class NodeLease {
  private lease: Lease | undefined;
  private granting: Promise<string> | undefined;

  constructor(private readonly etcd: Namespace) {}

  /** Id of the lease; a new lease when the last one was lost. */
  async id(): Promise<string> {
    this.granting ??= this.grant();
    try {
      return await this.granting;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Drops a lease that etcd does not know any more. */
  invalid(): void {
    this.lease?.release();
    this.forget();
  }

  async end(): Promise<void> {
    const { lease } = this;
    this.forget();
    // A lease that cannot be revoked expires by itself.
    await lease?.revoke().catch(() => lease.release());
  }

  private grant(): Promise<string> {
    const lease = this.etcd.lease(LEASE_S, { autoKeepAlive: true });
    lease.on("lost", () => {
      if (this.lease === lease) this.forget();
    });
    this.lease = lease;
    return lease.grant();
  }

  private forget(): void {
    this.lease = undefined;
    this.granting = undefined;
  }
}
