/** Writes the parts of the documentation that list kinds of something. */
import { allSourceKinds } from "../service/config/discovery/index.js";
import { allQueueKinds } from "../service/config/queues/index.js";
import { withPart } from "./between-markers.js";

/** docs/queues.md with its table of the kinds renewed. */
export function withQueueKinds(document: string): string {
  const rows = allQueueKinds.map(({ type, title, versions, port, parts }) => {
    const own = parts.map((part) => `\`${part}\``).join(", ");
    return `| \`${type}\` | ${title} ${versions} | ${port} | ${own} |`;
  });
  const table = ["| `type` | broker | default of `port` | parts of its own |", "|---|---|---|---|", ...rows];
  return withPart(document, "queue-kinds", table.join("\n"), "docs/queues.md");
}

/** docs/cluster.md with its table of what CDISC can name renewed. */
export function withSourceKinds(document: string): string {
  const rows = allSourceKinds.map(({ form, about }) => `| \`${form}\` | ${about} |`);
  return withPart(
    document,
    "sources",
    ["| entry of CDISC | nodes |", "|---|---|", ...rows].join("\n"),
    "docs/cluster.md",
  );
}
