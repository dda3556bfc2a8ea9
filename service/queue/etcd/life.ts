import type { Lease, Namespace } from "etcd3";

/** How long what is bound to it outlives its node, s. */
const LEASE_S = 6;

/** The lease that shows etcd that this node lives: what is bound to it goes when it dies. */
export class Life {
  private lease: Lease | undefined;
  private granting: Promise<string> | undefined;

  constructor(private readonly etcd: Namespace) {}

  /** Its id; a new one when the last was lost. */
  async id(): Promise<string> {
    this.granting ??= this.grant();
    try {
      return await this.granting;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** etcd has said that it does not know the lease. */
  invalid(): void {
    this.lease?.release();
    this.forget();
  }

  async end(): Promise<void> {
    const { lease } = this;
    this.forget();
    // It expires by itself when it cannot be given back.
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
