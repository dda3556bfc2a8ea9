import { clone, merge } from "../scope/merge.js";
import { globals } from "../world.js";
import { engine, replaceSettings } from "./engine.js";
import { textOf } from "./errors.js";
import type { AnyMap } from "./model.js";
import { valueAt } from "./paths.js";

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
  if (section.flags !== undefined) globals.__flags = merge(globals.__flags, section.flags);
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
  if (section.conAnsi !== undefined) globals.__conAnsi = section.conAnsi;
  if (section.log !== undefined && section.log !== null) globals.setLog(section.log);
  tellIgnored(section);
  createChannels(settings.channels);
  addMetrics(settings.metrics);
}

/** Settings of OpenAF that the embedded engine has no use for, and what to do instead. */
const ignored: Record<string, string> = {
  unique: "a node has rojob.unique",
  logToFile: "the output of a run belongs to the node",
  debug: "there is no line debugger",
  "channels.expose": "use $ch(name).expose with a server of the job",
  "channels.peers": "use $ch(name).peer with a server of the job",
  "channels.clusters": "the node has its own cluster",
};

function tellIgnored(section: AnyMap): void {
  for (const path of Object.keys(ignored)) {
    const value = valueAt(section, path);
    if (value !== undefined && value !== null && value !== false)
      globals.logErr(`ojob.${path} is ignored by the embedded engine: ${ignored[path]}`);
  }
}

/** A setting that is true or false. @throws text when it is anything else */
export function boolean(value: unknown, name: string, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== "boolean") throw `${name} is not boolean`;
  return value;
}

function createChannels(channels: any): void {
  if (!Array.isArray(channels?.create)) return;
  for (const [index, channel] of channels.create.entries()) {
    try {
      if (channel?.name === undefined) throw "Each ojob.channels.create entry needs to have a 'name' entry.";
      globals.$ch(channel.name).create(channel.compress, channel.type, channel.options);
    } catch (error) {
      globals.logErr(`Can't create ojob.channels.create entry #${index}, error: ${textOf(error)}`);
    }
  }
}

/** `metrics.add`: functions of the run's metrics, by name. */
function addMetrics(metrics: any): void {
  for (const name of Object.keys(metrics?.add ?? {}))
    globals.ow.metrics.add(name, new globals.Function(metrics.add[name]));
}
