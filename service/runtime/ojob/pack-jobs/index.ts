/**
 * Jobs of the packs that many public job files include, under the names, files and arguments those use, so that they
 * run without the packs. A pack is evaluated when a file includes it, and costs nothing before.
 */
import type { Steps } from "../../scheduler.js";
import { isSteps } from "../code/compile.js";
import type { OJobDocument } from "../model.js";
import { isMap } from "../traverse.js";
import { httpd } from "./httpd.js";
import { mcp } from "./mcp.js";
import type { Pack } from "./pack.js";

function packNamed(file: string): Pack | undefined {
  switch (file) {
    case "oJobHTTPd.yaml":
      return httpd;
    case "oJobMCP.yaml":
      return mcp;
    default:
      return undefined;
  }
}

/** The job file a pack would be; undefined when this engine has none of that name. */
export function packDocument(file: string): OJobDocument | undefined {
  const pack = packNamed(file);
  if (pack === undefined) return undefined;
  const jobs = pack.jobs.map(({ exec: _body, ...job }) => ({
    ...job,
    exec: `args = yield* __ojob.packJob(${JSON.stringify(file)}, ${JSON.stringify(job.name)}, args, job, id);`,
  }));
  return { include: pack.include ?? [], jobs };
}

/**
 * Runs the body of a job of a pack.
 * @returns the args it leaves; run by itself and not as a part of another job, those its shortcut takes are used up:
 *   where args go on from entry to entry, the path of one service must not become that of the next
 */
export function* runPackJob(file: string, name: string, args: any, job: any, id: string): Steps<any> {
  const found = packNamed(file)?.jobs.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${file} has no job '${name}'`);
  const made = found.exec(args, job, id);
  const left = (isSteps(made) ? yield* made : made) ?? args;
  const shortcut = job?.name === name ? found.typeArgs?.shortcut : undefined;
  if (shortcut === undefined || !isMap(left)) return left;
  const used = new Set([shortcut.keyArg, ...Object.values(shortcut.args)]);
  return Object.fromEntries(Object.entries(left).filter(([key]) => !used.has(key)));
}
