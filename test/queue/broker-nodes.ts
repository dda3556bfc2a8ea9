import { onTestFinished } from "vitest";
import { type NodeProcess, nodeInHere, nodeProcess } from "../runs/node-process.js";
import { workFolder } from "../runs/work-folder.js";
import { findProgram } from "../services.js";
import { type Broker, layWire, startBroker, type Wire } from "./brokers.js";

export type BrokerType = "redis" | "etcd3";

const programs = { redis: "redis-server", etcd3: "etcd" } as const;

/** Program of a broker; undefined where it is not installed. @throws Error when it has to be */
export function brokerProgram(type: BrokerType): string | undefined {
  const file = findProgram(programs[type]);
  if (file === undefined && process.env.REQUIRE_SERVICES === "1") throw new Error(`${programs[type]} is not installed`);
  return file;
}

/** A broker of its own for a test. */
export async function startBrokerOf(type: BrokerType): Promise<Broker> {
  const broker = await startBroker(programs[type], brokerProgram(type)!);
  onTestFinished(() => broker.end());
  return broker;
}

/** A node, and its way to the broker. */
export interface BrokerNode extends NodeProcess {
  wire: Wire;
  work: string;
}

/** A node that shares nothing with others but the broker, in a process of its own; not started. */
export function brokerNode(type: BrokerType, port: number, options: string[] = []): Promise<BrokerNode> {
  return wired(nodeProcess, type, port, options);
}

/** The same in the process of the test: it is neither killed nor paused. */
export function brokerNodeHere(type: BrokerType, port: number, options: string[] = []): Promise<BrokerNode> {
  // Nobody waits for what it has at the end of a test.
  return wired(nodeInHere, type, port, ["KILLGRACE=500", "FORK=false", ...options]);
}

async function wired(
  make: typeof nodeProcess | typeof nodeInHere,
  type: BrokerType,
  port: number,
  options: string[],
): Promise<BrokerNode> {
  const wire = await layWire(port);
  onTestFinished(() => wire.end());
  const work = workFolder();
  const queuech = `QUEUECH=type:${type},host:127.0.0.1,port:${wire.port}`;
  const node = await make(work, [queuech, "INIT=false", "WORKERS=1", ...options]);
  return Object.assign(node, { wire, work });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
