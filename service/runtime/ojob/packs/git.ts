import { jobScope } from "../../base/job-scope.js";
import { move, remove } from "../../lib/files/folders.js";
import { fileExists } from "../../lib/files/info.js";
import { check } from "../../lib/maps/sigil.js";
import { log } from "../../lib/terminal/log.js";
import type { AnyMap } from "../model/shapes.js";
import type { Pack } from "./pack.js";

/** `oJobGIT.yaml`: the files of a repository, without its history. */
function copyRepository(args: AnyMap): void {
  const target = check(args.gittarget, "gittarget").isString().$_();
  const url = check(args.giturl, "giturl").isString().$_();
  const temporary = args.gittemp ?? `${target}.tmp`;
  if (fileExists(`${temporary}/.git`)) throw `The folder '${temporary}' (gittemp) already is a repository`;
  try {
    new jobScope.GIT().clone(url, temporary, false, args.gitbranch, args.gituser, args.gitpass);
    remove(`${temporary}/.git`);
    if (fileExists(target)) remove(target);
    move(temporary, target);
    log(`Files of '${url}' are in '${target}'`);
  } finally {
    remove(temporary);
  }
}

export const git: Pack = { jobs: [{ name: "GIT Copy Repository", exec: copyRepository }] };
