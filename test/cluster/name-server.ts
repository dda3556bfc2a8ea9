import { createSocket, type Socket } from "node:dgram";
import { Resolver } from "node:dns/promises";

/** Answers of the server, by type and name. */
export interface Zone {
  A?: Record<string, string[]>;
  AAAA?: Record<string, string[]>;
  SRV?: Record<string, { name: string; port: number }[]>;
}

const types = { A: 1, AAAA: 28, SRV: 33 } as const;

/** A name server (RFC 1035) on a free UDP port, and a resolver that asks it. */
export async function nameServer(zone: Zone): Promise<{ resolver: Resolver; close(): void }> {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => socket.send(answer(query, zone), from.port, from.address));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`127.0.0.1:${portOf(socket)}`]);
  return { resolver, close: () => socket.close() };
}

function portOf(socket: Socket): number {
  return socket.address().port;
}

function answer(query: Buffer, zone: Zone): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at++]!; length > 0; length = query[at++]!) {
    labels.push(query.toString("latin1", at, at + length));
    at += length;
  }
  const question = query.subarray(12, at + 4);
  const type = query.readUInt16BE(at);
  const name = labels.join(".").toLowerCase();
  const kind = (Object.keys(types) as (keyof typeof types)[]).find((key) => types[key] === type);
  const found = kind === undefined ? [] : ((zone[kind]?.[name] ?? []) as (string | { name: string; port: number })[]);
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(found.length > 0 ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(found.length, 6);
  return Buffer.concat([head, question, ...found.map((record) => recordOf(type, record))]);
}

function recordOf(type: number, record: string | { name: string; port: number }): Buffer {
  const data = dataOf(record);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // the name of the question
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(5, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function dataOf(record: string | { name: string; port: number }): Buffer {
  if (typeof record !== "string") {
    const numbers = Buffer.alloc(6);
    numbers.writeUInt16BE(record.port, 4);
    const name = record.name.split(".").flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
    return Buffer.concat([numbers, ...name, Buffer.from([0])]);
  }
  if (record.includes(".")) return Buffer.from(record.split(".").map(Number));
  const [left = "", right = ""] = record.split("::");
  const part = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const gap = Array.from({ length: 8 - part(left).length - part(right).length }, () => "0");
  const groups = [...part(left), ...gap, ...part(right)];
  return Buffer.concat(groups.map((group) => Buffer.from(group.padStart(4, "0"), "hex")));
}
