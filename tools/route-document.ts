/** Writes the table of routes in docs/http-api.md. */
import { describedRoutes } from "../service/http/openapi/index.js";
import { routes } from "../service/http/routes/index.js";
import { withPart } from "./between-markers.js";

/** docs/http-api.md with its table of routes renewed. */
export function withRoutes(document: string): string {
  const rows = describedRoutes(routes).map(({ method, path, summary, access, takesV1, body, replies }) => {
    const credentials =
      access === "open" ? "none" : takesV1 ? "key, or either signature" : "key, or signature version 2";
    const answers = Object.keys(replies).join(", ");
    return `| \`${method} ${path}\` | ${summary} | ${body?.description ?? ""} | ${answers} | ${credentials} |`;
  });
  const head = ["| route | | body | success | credentials |", "|---|---|---|---|---|"];
  return withPart(document, "routes", [...head, ...rows].join("\n"), "docs/http-api.md");
}
