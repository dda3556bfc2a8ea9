import { type AddressInfo, createServer } from "node:net";
import { NodeChild } from "./node-child.js";
import { SupervisorFile, type SupervisorState } from "./supervisor-file.js";

export interface SupervisorOptions {
  workFolder: string;
  /** 0: any free one, which the node then keeps. */
  ports: readonly number[];
  /** Program and arguments of a node on a port. */
  command: (port: number) => [string, string[]];
  /** See `NodeChildOptions`. */
  stopLimitMs?: () => number | undefined;
  /** Folder of the nodes' log files. */
  log: string;
}

/** Result of the start, for the process that started the supervisor; sent once. */
export type StartResult =
  | { kind: "ready"; state: SupervisorState; announcement: string }
  | { kind: "failed"; message: string };

/**
 * Starts nodes one after the other, starts those again that end by themselves, and shows other processes what runs in
 * the work folder. SIGTERM and SIGINT stop them, a second one at once; SIGHUP starts them anew, one after the other, so
 * that the others serve meanwhile.
 * @param report gets the result of the start
 * @returns when no node is left
 */
export async function runSupervisor(options: SupervisorOptions, report: (result: StartResult) => void): Promise<void> {
  const { workFolder, ports: asked, command, stopLimitMs, log } = options;
  // Free ones are chosen here: a restarted node has to keep its address.
  const ports: number[] = [];
  for (const port of asked) ports.push(port === 0 ? await freePort() : port);
  // A full disk loses lines of the log, not the nodes.
  process.stderr.on("error", () => undefined);
  const note = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const startedAt = Date.now();
  let file: SupervisorFile | undefined;
  let isStarting = true;
  let isStopping = false;
  let restartsAsked = 0;
  let restartsDone = 0;
  let isRestarting = false;
  let allStopped: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    allStopped = resolve;
  });
  const state = (): SupervisorState => ({
    pid: process.pid,
    startedAt,
    log,
    restartsDone,
    isRestarting,
    nodes: children.map(({ node }) => node),
  });
  const onChange = (): void => {
    try {
      file?.write(state());
    } catch (error) {
      note(`cannot write the supervisor state: ${(error as Error).message}`);
    }
    if (!isStarting && !isRestarting && children.every(({ node }) => node.state === "stopped")) allStopped();
  };
  const children = ports.map((port) => new NodeChild({ port, command, stopLimitMs, onChange, log: note }));
  const stop = (): Promise<unknown> => Promise.all(children.map((child) => child.stop()));

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      note(`${signal}: stopping ${isStopping ? "at once" : "the nodes"}`);
      isStopping = true;
      void stop();
    });
  }
  // The process that started it was gone before the end of the start: Ctrl-C.
  process.once("disconnect", () => isStarting && process.kill(process.pid, "SIGTERM"));
  process.on("SIGHUP", () => {
    restartsAsked++;
    note("SIGHUP: restarting the nodes");
    if (!isStarting) void restart();
  });

  /** A SIGHUP during a restart asks for one more: the config file may have changed since. */
  const restart = async (): Promise<void> => {
    if (isRestarting) return;
    isRestarting = true;
    while (restartsDone < restartsAsked) {
      const answered = restartsAsked;
      onChange();
      try {
        for (const child of children) if (!isStopping) await child.restart(() => !isStopping);
      } catch (error) {
        note(`the restart stopped, other nodes keep running: ${(error as Error).message}`);
      }
      restartsDone = answered;
    }
    isRestarting = false;
    onChange();
  };

  // Processes that find the file may send signals.
  file = SupervisorFile.take(workFolder, state());
  try {
    for (const child of children) if (!isStopping) await child.start();
    isStarting = false;
    report({ kind: "ready", state: state(), announcement: children[0]?.announcement ?? "" });
    await restart();
    await stopped;
  } catch (error) {
    await stop();
    report({ kind: "failed", message: (error as Error).message });
  } finally {
    file.remove();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
