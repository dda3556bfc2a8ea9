import { decode, encode, toHost } from "../../base/values/bytes.js";
import { Connection } from "./connection.js";

/** Owners of domains and addresses (RFC 3912). */

const PORT = 43;
const FIRST_SERVER = "whois.iana.org";
/** Fields that end what belongs to a contact. */
const GENERAL = new Set(["nserver", "whois", "status", "created", "changed", "source"]);

/** The fields of a server's answer: repeated ones are joined by line ends, those of a contact have its role in front. */
export function whois(query: string, server = FIRST_SERVER): Record<string, string> {
  const [host, port] = server.split(":");
  const connection = new Connection(host!, Number(port ?? PORT), 10_000);
  try {
    connection.output.put(encode(`${query}\r\n`));
    return fieldsOf(decode(toHost(connection.input.readAllBytes())));
  } finally {
    connection.close();
  }
}

function fieldsOf(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  let prefix = "";
  for (const line of text.split(/\r?\n/)) {
    const found = /^\s*([^%:\s][^:]*):\s+(.+)$/.exec(line);
    if (found === null) continue;
    const key = found[1]!.replace(/>>>\s*/, "").trim();
    const value = found[2]!.replace(/\s*<<<.*/, "").trim();
    if (key === "remarks") continue;
    if (key === "contact") {
      prefix = `${value} `;
      continue;
    }
    if (key === "domain") prefix = "domain ";
    else if (GENERAL.has(key)) prefix = "";
    const name = prefix + key;
    fields[name] = fields[name] === undefined ? value : `${fields[name]}\n${value}`;
    if (line.includes(">>>")) break; // what follows are terms of use
  }
  return fields;
}
