import os from "node:os";
import { getHeapStatistics } from "node:v8";
import type { HostProcess, MachineInfo } from "../../runtime/base/host.js";
import type { HostState } from "./index.js";

/**
 * The process as the run sees it. Environment variables are the run's own: a variable set here does not outlive the
 * run.
 */
export function createProcess(state: HostState): HostProcess {
  return {
    env: (name) => state.options.env[name],
    setEnv(name, value) {
      if (value === undefined) delete state.options.env[name];
      else state.options.env[name] = String(value);
    },
    envs: () => JSON.stringify(state.options.env),
    cwd: () => state.options.cwd,
    pid: () => process.pid,
    isAlive(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
      }
    },
    machine: () => JSON.stringify(describeMachine()),
    exit: (code, outcomeJson) => state.options.exit(code, outcomeJson),
    readLine: (prompt, hidden = false) => state.options.readLine?.(prompt, hidden),
    isTerminal: () => state.options.isTerminal === true,
  };
}

function describeMachine(): MachineInfo {
  const heap = process.memoryUsage();
  const interfaces = Object.entries(os.networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address, family, mac, internal }) => ({
      name,
      address,
      family: String(family),
      mac,
      internal,
    })),
  );
  return {
    hostName: os.hostname(),
    platform: process.platform,
    arch: process.arch,
    release: os.release(),
    cores: os.availableParallelism(),
    totalMemory: os.totalmem(),
    freeMemory: os.freemem(),
    heapMax: getHeapStatistics().heap_size_limit,
    heapTotal: heap.heapTotal,
    heapUsed: heap.heapUsed,
    user: os.userInfo().username,
    home: os.homedir(),
    tempFolder: os.tmpdir(),
    nodeVersion: process.version,
    interfaces,
  };
}
