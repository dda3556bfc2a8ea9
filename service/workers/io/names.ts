import dns from "node:dns/promises";
import type { NamesParams } from "../../runtime/base/operations.js";
import type { StartOperation } from "./operation.js";

/** Questions about host names. */
export const startNames: StartOperation<"names"> = (params, report) => {
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
