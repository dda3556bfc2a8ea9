import { problemsOf } from "../../service/http/openapi/operation.js";
import { routes } from "../../service/http/routes/index.js";

const described = routes.flatMap((route) => {
  if (route.access === "peer") return [];
  const path = new RegExp(`^${route.path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
  return [{ method: route.method, path, codes: new Set<string>(problemsOf(route)) }];
});

/**
 * Refusals of the server itself, which may come on any path: what was sent is no HTTP, the path or its method does not exist.
 */
const OF_THE_SERVER = ["bad_request", "not_found", "method_not_allowed"];

/**
 * Checks that openapi.json describes a refusal.
 * @throws Error when the description of the route lacks the code
 */
export function checkDocumented(method: string, target: string, code: string): void {
  const path = target.split("?", 1)[0]!;
  const route = described.find((one) => one.method === method && one.path.test(path));
  if (route === undefined || route.codes.has(code) || OF_THE_SERVER.includes(code)) return;
  throw new Error(`openapi.json does not say that ${method} ${path} may refuse with ${code}`);
}
