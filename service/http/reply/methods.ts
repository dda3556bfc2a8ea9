import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../base/errors.js";

/**
 * Answers requests that no route matches: `OPTIONS` of a known path returns its methods, another method is refused with a list
 * of them, and an unknown path is refused. Has to be called before routes are added, since it records each route.
 */
export function addMethodReplies(app: FastifyInstance): void {
  const known: { pattern: RegExp; methods: Set<string> }[] = [];
  app.addHook("onRoute", ({ url, method }) => {
    const source = url.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*");
    const pattern = new RegExp(`^${source.replace(/:\w+/g, "[^/]+")}$`);
    known.push({ pattern, methods: new Set([method].flat()) });
  });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = (request.raw.url ?? "/").replace(/\?.*$/s, "");
    const methods = new Set(known.filter(({ pattern }) => pattern.test(path)).flatMap((route) => [...route.methods]));
    if (methods.size === 0) throw new ServiceError("not_found", { path });
    const allowed = [...methods, "OPTIONS"].sort().join(", ");
    if (request.method === "OPTIONS") {
      reply.code(204).header("allow", allowed).send();
      return;
    }
    const values = { path, method: request.method, allowed };
    throw new ServiceError("method_not_allowed", values, { headers: { allow: allowed } });
  });
}
