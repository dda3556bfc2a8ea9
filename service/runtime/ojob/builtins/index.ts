/**
 * The table of the built-in jobs, in the order in which their shortcuts are looked for. An entry names what the loader
 * has to know; the job itself is loaded when it is used.
 */

import { ask, questions } from "./ask.js";
import type { BuiltinEntry, Shortcut } from "./builtin.js";
import { callFunction } from "./call-function.js";
import { channel } from "./channel.js";
import { condition } from "./condition.js";
import { convert } from "./convert.js";
import { debug } from "./debug.js";
import { each } from "./each.js";
import { exit } from "./exit.js";
import { fileGet } from "./file-get.js";
import { findReplace } from "./find-replace.js";
import { get, getPm } from "./get.js";
import { check, job } from "./job.js";
import { jobDebug } from "./job-debug.js";
import { llm } from "./llm.js";
import { oafp } from "./oafp.js";
import { options } from "./options.js";
import { output } from "./output.js";
import { parallel } from "./parallel.js";
import { pass } from "./pass.js";
import { log, print, printMd } from "./print.js";
import { query } from "./query.js";
import { repeat } from "./repeat.js";
import { depsReport, finalDepsReport, finalReport, jobFinalReport, jobReport, report } from "./reports.js";
import { run } from "./run.js";
import { runFile } from "./run-file.js";
import { secGet } from "./sec-get.js";
import { set, unset } from "./set.js";
import { setEnvs } from "./set-envs.js";
import { splitToItems } from "./split.js";
import { getState, setState, state } from "./states.js";
import { template } from "./template.js";
import { templateFolder } from "./template-folder.js";
import { todo } from "./todo.js";
import { wait } from "./wait.js";

type Names = Record<string, string>;

/** `((name))` is the arg `__name`. */
const own = (names: string, others: Names = {}): Names => ({
  ...Object.fromEntries(names.split(" ").map((name) => [name, `__${name}`])),
  ...others,
});

/** `((name))` is the arg of that name. */
const same = (names: string): Names => Object.fromEntries(names.split(" ").map((name) => [name, name]));

/** A shortcut that is not logged. */
const quiet = (name: string, keyArg: string | undefined, args: Names = {}): Shortcut => ({
  name,
  keyArg,
  args,
  noLog: true,
});

/** A shortcut that is logged like any other job. */
const logged = (name: string, keyArg: string | undefined, args: Names = {}): Shortcut => ({ name, keyArg, args });

const file = own("args out key inKey usePM inPM templateArgs debug");
const look = same("lineColor textColor theme emoticons signs includeTime");
const models: Names = {
  context: "__llmContext",
  inPath: "__llmInPath",
  outPath: "__llmOutPath",
  options: "__llmOptions",
  inKey: "__llmInKey",
  env: "__llmEnv",
  debug: "__llmDebug",
};

export const builtins: BuiltinEntry[] = [
  { name: "ojob if", shortcuts: [quiet("if", "__condition", own("then else debug"))], load: () => condition },
  {
    name: "ojob parallel",
    shortcuts: [quiet("parallel", "todo", own("debug", same("isolateArgs isolateJob templateArgs shareArgs")))],
    load: () => parallel,
  },
  { name: "ojob pass", shortcuts: [quiet("pass", "__args", own("debug templateArgs"))], load: () => pass },
  { name: "ojob wait", shortcuts: [quiet("wait", "time")], load: () => wait },
  {
    name: "ojob options",
    shortcuts: [quiet("optionOn", "__optionOn", own("lowerCase upperCase todos default async"))],
    load: () => options,
  },
  { name: "ojob exit", shortcuts: [quiet("fail", "code", same("force"))], load: () => exit },
  { name: "ojob function", shortcuts: [quiet("fn", "__fn", own("key path fnPath"))], load: () => callFunction },
  { name: "ojob check", shortcuts: [quiet("check", "_checks", { actions: "_actions" })], load: () => check },
  { name: "ojob query", shortcuts: [quiet("query", "__query", own("type from to toKey key"))], load: () => query },
  {
    name: "ojob output",
    shortcuts: [quiet("output", "__key", own("path format title internal function"))],
    load: () => output,
  },
  { name: "ojob repeat", shortcuts: [quiet("repeat", "__times", own("jobs", { todo: "__jobs" }))], load: () => repeat },
  {
    name: "ojob sec get",
    shortcuts: [
      quiet(
        "secget",
        "secKey",
        same("secRepo secBucket secPass secOut secMainPass secFile secDontAsk secIgnore secEnv"),
      ),
    ],
    load: () => secGet,
  },
  {
    name: "ojob repeat with each",
    shortcuts: [quiet("each", "__path", own("key jobs", { todo: "__jobs" }))],
    load: () => each,
  },
  { name: "ojob set state", shortcuts: [quiet("state", "__state")], load: () => setState },
  {
    name: "ojob state",
    shortcuts: [quiet("stateOn", "stateOn", same("lowerCase upperCase validStates default"))],
    load: () => state,
  },
  {
    name: "ojob template",
    shortcuts: [
      logged("template", "template", own("key tpath dpath outPath out", same("templateFile data dataFile outputFile"))),
    ],
    load: () => template,
  },
  {
    name: "ojob template folder",
    shortcuts: [
      logged(
        "templateFolder",
        "templateFolder",
        own("templatePath key dpath", same("data dataFile outputFolder logJob metaTemplate")),
      ),
    ],
    load: () => templateFolder,
  },
  {
    name: "ojob job debug",
    shortcuts: [quiet("jobdebug", "job", look), quiet("jobsdebug", "jobs", look)],
    load: () => jobDebug,
  },
  { name: "ojob log", shortcuts: [quiet("log", "msg", own("key path", same("level options")))], load: () => log },
  { name: "ojob print md", shortcuts: [quiet("printmd", "__text", own("outputMD"))], load: () => printMd },
  { name: "ojob print", shortcuts: [quiet("print", "msg", own("key path", same("level")))], load: () => print },
  {
    name: "ojob channel",
    shortcuts: [
      logged(
        "ch",
        "__name",
        own("op key kpath vpath", { k: "key", ks: "keys", v: "value", vs: "values", extra: "extra" }),
      ),
    ],
    load: () => channel,
  },
  {
    name: "ojob run file",
    shortcuts: [quiet("runfile", "__job", file), quiet("run", "__job", file)],
    load: () => runFile,
  },
  { name: "ojob get", shortcuts: [quiet("get", "__key", own("path"))], load: () => get },
  { name: "ojob set", shortcuts: [quiet("set", "__key", own("path data templateArgs debug"))], load: () => set },
  { name: "ojob unset", shortcuts: [quiet("unset", "__key")], load: () => unset },
  {
    name: "ojob file get",
    shortcuts: [quiet("fileget", "__file", own("path cache ttl out key"))],
    load: () => fileGet,
  },
  {
    name: "ojob todo",
    shortcuts: [quiet("todo", "todo", own("debug", same("isolateArgs isolateJob templateArgs shareArgs")))],
    load: () => todo,
  },
  {
    name: "ojob find/replace",
    shortcuts: [
      quiet(
        "findReplace",
        "__key",
        own("path", same("inputKey inputPath inputFile outputFile useRegExp flagsRegExp logJob")),
      ),
    ],
    load: () => findReplace,
  },
  { name: "ojob debug", shortcuts: [logged("debug", undefined)], load: () => debug },
  {
    name: "ojob convert",
    shortcuts: [logged("convert", "__inKey", own("inPath inFormat outPath outKey"))],
    load: () => convert,
  },
  { name: "ojob ask", shortcuts: [quiet("ask", "__answers", own("question force"))], load: () => ask },
  { name: "ojob questions", shortcuts: [quiet("questions", "__questions")], load: () => questions },
  { name: "ojob oafp", shortcuts: [quiet("oafp", "__params")], load: () => oafp },
  { name: "ojob llm", shortcuts: [quiet("llm", "__llmPrompt", models)], load: () => llm },
  { name: "ojob run", load: () => run },
  { name: "ojob job", load: () => job },
  { name: "ojob get state", load: () => getState },
  { name: "ojob get pm", load: () => getPm },
  { name: "ojob set envs", load: () => setEnvs },
  { name: "ojob split to items", load: () => splitToItems },
  { name: "ojob report", load: () => report },
  { name: "ojob final report", load: () => finalReport },
  { name: "ojob deps report", load: () => depsReport },
  { name: "ojob final deps report", load: () => finalDepsReport },
  { name: "ojob job report", load: () => jobReport },
  { name: "ojob job final report", load: () => jobFinalReport },
];
