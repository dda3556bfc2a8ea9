/** The queue in etcd: transactions that compare revisions make each change whole, leases end with their node. */
export { EtcdBackend } from "./etcd-backend.js";
