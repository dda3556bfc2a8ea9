import dns from "node:dns/promises";
import type { StartOperation } from "./operation.js";

/** Parameters of the operation `names`. */
export interface NamesParams {
  /** `lookup`: addresses as the system finds them; `reverse`: names of an address; `query`: records of a name server. */
  action: "lookup" | "reverse" | "query";
  name: string;
  /** Record type of a query (`A`, `MX`, …). */
  type?: string;
  /** Name server of a query. */
  server?: string;
}

/** Questions about host names. One event: `end` with `{ found }`, or with `error` and `code`. */
export const startNames: StartOperation = (params: NamesParams, report) => {
  let isOver = false;
  ask(params).then(
    (found) => isOver || report.end({ found }),
    (error: NodeJS.ErrnoException) => isOver || report.end({ error: error.message, code: error.code }),
  );
  return {
    cancel() {
      isOver = true;
    },
  };
};

async function ask({ action, name, type, server }: NamesParams): Promise<unknown> {
  if (action === "lookup") return (await dns.lookup(name, { all: true })).map(({ address }) => address);
  const resolver = new dns.Resolver({ timeout: 5000, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  if (action === "reverse") return resolver.reverse(name);
  return resolver.resolve(name, (type ?? "A").toUpperCase());
}
