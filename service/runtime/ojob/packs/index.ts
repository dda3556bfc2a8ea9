/**
 * Jobs of the packs that many public job files include, under the names, files and arguments those use, so that they
 * run without the packs. A pack is evaluated when a file includes it, and costs nothing before.
 */
import { isSteps, type Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import type { JobEngine } from "../model/port.js";
import type { OJobDocument } from "../model/shapes.js";
import { basics, debug } from "./basics.js";
import { email } from "./email.js";
import { files } from "./files.js";
import { git } from "./git.js";
import { httpd } from "./httpd.js";
import { mcp } from "./mcp.js";
import type { Pack, PackJob } from "./pack.js";
import { rest } from "./rest.js";
import { net, templates } from "./small.js";
import { ssh } from "./ssh.js";
import { watchdog } from "./watchdog.js";
import { xls } from "./xls.js";

/** Files that are there without their pack. */
const packFiles = [
  "oJobBasics.yaml",
  "oJobDebug.yaml",
  "oJobEmail.yaml",
  "oJobGIT.yaml",
  "oJobHBS.yaml",
  "oJobHTTPd.yaml",
  "oJobIO.yaml",
  "oJobMCP.yaml",
  "oJobNet.yaml",
  "oJobRest.yaml",
  "oJobSSH.yaml",
  "oJobWatchDog.yaml",
  "oJobXLS.yaml",
];

/** The pack of a file; undefined when this engine has none of that name. */
function packNamed(file: string): Pack | undefined {
  switch (file) {
    case "oJobBasics.yaml":
      return basics;
    case "oJobDebug.yaml":
      return debug;
    case "oJobEmail.yaml":
      return email;
    case "oJobGIT.yaml":
      return git;
    case "oJobHBS.yaml":
      return templates;
    case "oJobHTTPd.yaml":
      return httpd;
    case "oJobIO.yaml":
      return files;
    case "oJobMCP.yaml":
      return mcp;
    case "oJobNet.yaml":
      return net;
    case "oJobRest.yaml":
      return rest;
    case "oJobSSH.yaml":
      return ssh;
    case "oJobWatchDog.yaml":
      return watchdog;
    case "oJobXLS.yaml":
      return xls;
    default:
      return undefined;
  }
}

/** Files of the same pack that this engine does not have, and why. */
const missing: Record<string, string> = {
  "oJobBrowse.yaml": "use oJobHTTPd.yaml with (httpdFileBrowse)",
  "oJobCh.yaml": "use a channel of type buffer",
  "oJobDirector.yaml": "",
  "oJobES.yaml": "it needs channels of Elasticsearch",
  "oJobManager.yaml": "",
  "oJobOPack.yaml": "there is nothing to install packages into",
  "oJobQueue.yaml": "",
  "oJobRAID.yaml": "it needs a JVM",
  "oJobSQL.yaml": "it needs JDBC",
  "oJobSVN.yaml": "it needs a JVM",
  "oJobTest.yaml": "use ow.test",
  "oJobs.yaml": "include the files that are needed one by one",
};

/** All jobs of all packs, for the documents. */
export function listPackJobs(): { file: string; job: string; shortcut?: string }[] {
  return packFiles.flatMap((file) =>
    packNamed(file)!.jobs.map(({ name, typeArgs }) => ({ file, job: name, shortcut: typeArgs?.shortcut?.name })),
  );
}

/** Why a file of the same pack is not here; undefined for a name that is of no known pack. */
export function missingPackFile(file: string): string | undefined {
  if (!Object.hasOwn(missing, file)) return undefined;
  const why = missing[file] === "" ? "" : `: ${missing[file]}`;
  return `${file} of package 'oJob-common' is not part of the embedded engine${why}; jobs that need it run with ENGINE=openaf`;
}

/** The job file a pack would be; undefined when this engine has none of that name. */
export function packDocument(file: string): OJobDocument | undefined {
  const pack = packNamed(file);
  if (pack === undefined) return undefined;
  const jobs = pack.jobs.map(({ exec: _body, uses: _uses, ...job }) => ({
    ...job,
    exec: `args = yield* __ojob.packJob(${JSON.stringify(file)}, ${JSON.stringify(job.name)}, args, job, id);`,
  }));
  return { include: pack.include ?? [], jobs };
}

/** Runs the body of a job of a pack. @returns the args it leaves */
export function* runPackJob(
  file: string,
  name: string,
  args: any,
  job: any,
  id: string,
  engine: JobEngine,
): Steps<any> {
  const found = packNamed(file)?.jobs.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${file} has no job '${name}'`);
  const made = found.exec(args, job, id, engine);
  const left = (isSteps(made) ? yield* made : made) ?? args;
  return isMap(left) ? withoutUsed(left, found, job?.name === name) : left;
}

/**
 * Removes args that are passed on from entry to entry: the path of one service must not become that of the next.
 * @param isAlone run by itself and not as a part of another job, which may want its port once more
 */
function withoutUsed(left: any, { typeArgs, uses = "" }: PackJob, isAlone: boolean): any {
  const shortcut = typeArgs?.shortcut;
  const used = new Set([...uses.split(" "), ...Object.values(shortcut?.args ?? {})]);
  if (isAlone && shortcut !== undefined) used.add(shortcut.keyArg);
  return Object.fromEntries(Object.entries(left).filter(([key]) => !used.has(key)));
}
