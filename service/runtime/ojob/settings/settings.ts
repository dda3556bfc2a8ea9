import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { clone, merge } from "../../lib/maps/merge.js";
import type { AnyMap } from "../model/shapes.js";
import { engine, replaceSettings } from "../state/engine.js";
import { boolean } from "../state/flags.js";
import { createChannels } from "./channels.js";
import { logToFile } from "./log-file.js";
import { addMetrics } from "./metrics.js";

/** Merges the `ojob` section of a file into the settings in force, before its jobs are registered. */
export function mergeSettings(section: AnyMap): void {
  replaceSettings(merge(clone(engine.settings), section));
  if (Array.isArray(section.langs))
    for (const lang of section.langs) if (lang?.lang !== undefined) engine.langs.set(String(lang.lang), lang);
  engine.settings.execRequire = section.execRequire;
}

/**
 * Applies the settings that count from here on, after jobs are registered and todo entries queued.
 * @throws text when a setting has the wrong type
 */
export function applySettings(section: AnyMap): void {
  const { settings } = engine;
  if (section.flags !== undefined) jobScope.__flags = merge(jobScope.__flags, section.flags);
  settings.logOJob = boolean(section.logOJob, "logOJob", false);
  settings.async = boolean(section.async, "async", false);
  if (settings.async) settings.sequential = false;
  settings.tags = section.tags ?? [];
  if (!Array.isArray(settings.tags)) throw "The ojob.tags needs to be an array.";
  if (settings.tags.length > 0) engine.instances.get(engine.id).tags = settings.tags;
  settings.depsWait = boolean(settings.depsWait, "depsWait", false);
  settings.showHelp = boolean(settings.showHelp, "showHelp", true);
  settings.logJobs = section.logJobs ?? true;
  settings.checkStall = section.checkStall;
  if (section.conAnsi !== undefined) jobScope.__conAnsi = section.conAnsi;
  if (section.log !== undefined && section.log !== null) jobScope.setLog(section.log);
  if (isMap(section.logToFile)) logToFile(section.logToFile);
  if (Array.isArray(settings.channels?.create)) createChannels(settings.channels.create);
  if (isMap(settings.metrics)) addMetrics(settings.metrics);
}
