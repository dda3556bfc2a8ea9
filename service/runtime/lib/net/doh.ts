import { jobScope } from "../../base/job-scope.js";
import { ask } from "./ask.js";

/** Names resolved over HTTPS (RFC 8484 in its JSON form). */

const providers: Record<string, string> = {
  google: "https://8.8.8.8/resolve",
  cloudflare: "https://1.1.1.1/dns-query",
  nextdns: "https://dns.nextdns.io/dns-query",
};

interface Answer {
  name: string;
  type: number;
  TTL: number;
  data: string;
}

/** @param provider `google`, `cloudflare`, `nextdns`, or `local` for the system's own way */
export function query(name: string, type = "a", provider = "cloudflare"): Answer[] {
  if (provider === "local") {
    const { found } = ask("names", { action: "lookup", name }, { what: name }).event.data;
    return ((found ?? []) as string[]).map((data) => ({ name, type: 1, TTL: 0, data }));
  }
  const url = providers[provider];
  if (url === undefined)
    throw new Error(`ow.net.getDoH: unknown provider "${provider}" (google, cloudflare, nextdns, local)`);
  const headers = { accept: "application/dns-json" };
  return jobScope.$rest({ uriQuery: true, requestHeaders: headers }).get(url, { name, type }).Answer ?? [];
}

const reversed = (address: string): string => `${address.split(".").reverse().join(".")}.in-addr.arpa`;

export const doh = (name: string, type?: string, provider?: string) => query(name, type, provider)[0]?.data;

export const getReverseDoH = (address: string, provider?: string) => query(reversed(address), "ptr", provider);
