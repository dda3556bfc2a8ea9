import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { globals, world } from "../../base/world.js";
import { stringify } from "../../lib/data/json.js";
import { toYAML } from "../../lib/data/yaml.js";
import { readFileJSON, readFileYAML, writeFileYAML } from "../../lib/files/data.js";
import { clone, merge } from "../../lib/maps/merge.js";
import { getPath, setPath } from "../../lib/maps/sigil/paths.js";
import { check } from "../../lib/maps/sigil.js";
import { mapArray } from "../../lib/maps/traverse.js";
import { print } from "../../lib/terminal/print.js";
import { report } from "../builtins/reports.js";
import { secGet } from "../builtins/sec-get.js";
import type { AnyMap } from "../model/shapes.js";
import type { Pack } from "./pack.js";
import { launch, runCommands, waitForLaunched } from "./processes.js";

/** `oJobBasics.yaml`: small jobs about values, files, commands and the run itself. */

/** The value of an expression of the global scope. */
const evaluated = (expression: string): any => (jobScope.eval as typeof eval)(`(${expression})`);

function assign(name: string, value: unknown): void {
  setPath(globals, name, value);
}

const nameOf = (args: AnyMap): string => check(args.name, "name").isString().$_();

/** Place of kept results, where other code finds them. */
function kept(args: AnyMap): { all: AnyMap; name: string; path: string | undefined } {
  jobScope.oJobGetKeptResult ??= (name = "default"): unknown => jobScope._ojobkeep?.[name];
  jobScope._ojobkeep ??= {};
  const { name = "default", keep } = args.ojobkeep ?? {};
  return { all: jobScope._ojobkeep, name, path: keep };
}

/** Args from a file: into args, or into the global `args.global`. */
function argsFromFile(args: AnyMap, read: (file: string) => any): AnyMap | undefined {
  const file = check(args.file, "file").isString().$_();
  if (world.host.files.stat(file) === "") throw `The file '${file}' does not exist`;
  if (args.global === undefined) return merge(args, read(file));
  globals[args.global] = merge(globals[args.global], read(file));
  return undefined;
}

function settingsFile(args: AnyMap): string {
  return `${JSON.parse(world.host.process.machine()).home}/${check(args.settingsFile, "settingsFile").$_()}`;
}

const pause = (ms: number) => () => jobScope.sleep(ms);
const say = (text: string) => () => jobScope.log(text);

export const basics: Pack = {
  jobs: [
    { name: "oJob Start", exec: say("init") },
    { name: "oJob Shutdown", deps: ["oJob Start"], type: "shutdown", exec: say("done") },
    { name: "oJob Stop", deps: ["oJob Start"], exec: say("done") },
    { name: "oJob Exit", exec: () => jobScope.exit(0) },
    { name: "oJob Sleep 5s", exec: pause(5000) },
    { name: "oJob Sleep 1s", exec: pause(1000) },
    {
      name: "oJob Stringify",
      exec: (args) => print(stringify(evaluated(nameOf(args)), undefined, args.min ? "" : "  ")),
    },
    { name: "oJob Set", exec: (args) => assign(nameOf(args), args.value) },
    {
      name: "oJob Path Set",
      exec(args) {
        const owner = (globals[nameOf(args)] ??= {});
        setPath(owner, check(args.path, "path").isString().$_(), args.value);
      },
    },
    { name: "oJob YAML", exec: (args) => print(toYAML(evaluated(nameOf(args))).trimEnd()) },
    {
      name: "oJob Sort Array",
      exec(args) {
        const list = check(evaluated(args.srcName ?? nameOf(args)), "srcName")
          .isArray()
          .$_();
        list.sort();
        assign(nameOf(args), args.reverse ? list.reverse() : list);
      },
    },
    {
      name: "oJob Map Array",
      exec: (args) => assign(nameOf(args), mapArray(evaluated(args.srcName), args.selectors ?? [], args.limit)),
    },
    {
      name: "oJob Map",
      exec: (args) => assign(nameOf(args), jobScope.$path(evaluated(args.srcName), args.path ?? "")),
    },
    { name: "oJob From global", exec: (args) => merge(args, globals[check(args.global, "global").isString().$_()]) },
    { name: "oJob Args from JSON", exec: (args) => argsFromFile(args, readFileJSON) },
    { name: "oJob Args from YAML", exec: (args) => argsFromFile(args, readFileYAML) },
    {
      name: "oJob Split into items",
      exec(args) {
        const text = String(getPath(args, check(args.source, "source").isString().$_()));
        args._list = text.split(args.separator ?? "\n").map((item) => ({ item }));
      },
    },
    { name: "oJob Print list", exec: (args) => print(toYAML(check(args._list, "_list").$_())) },
    {
      name: "oJob Print args",
      exec(args) {
        const value = typeof args._path === "string" ? getPath(args, args._path) : args;
        print(isMap(value) ? toYAML(value) : value);
      },
    },
    {
      name: "oJob Keep result",
      exec(args) {
        const { all, name, path } = kept(args);
        all[name] = path === undefined ? (args._list ?? clone(args)) : getPath(args, path);
      },
    },
    {
      name: "oJob Get kept result",
      exec(args) {
        const { all, name, path } = kept(args);
        if (path !== undefined) setPath(args, path, all[name]);
        else if (Array.isArray(all[name])) args._list = all[name];
        else return merge(args, all[name]);
      },
    },
    {
      name: "oJob Switch",
      exec(args, _job, _id, engine) {
        const todos = check(args.todos, "todos").isMap().$_();
        const value = String(args[check(args.switchOn, "switchOn").isString().$_()]).trim();
        const chosen = todos[args.lowerCase ? value.toLowerCase() : value];
        for (const entry of Array.isArray(chosen) ? chosen : (args.default ?? [])) engine.queue(clone(entry));
      },
    },
    { ...secGet, name: "oJob Sec Get", check: {} },
    { name: "oJob sh", exec: runCommands },
    { name: "oJob Process Launch", exec: launch },
    { name: "oJob Process Wait", exec: waitForLaunched },
    {
      name: "oJob Show Log",
      exec(args) {
        const entries = jobScope.ow.oJob.getLogCh().getAll();
        jobScope.log(stringify(entries.filter(({ name }: AnyMap) => [undefined, name].includes(args.name))));
      },
    },
    {
      name: "oJob Jobs Report",
      exec(args, job, id, engine) {
        report.exec({ ...args, __format: args.format ?? "table" }, job, id, engine);
      },
    },
    {
      name: "oJob Jobs Final Report",
      type: "shutdown",
      exec(args, job, id, engine) {
        report.exec({ ...args, __format: args.format ?? "table" }, job, id, engine);
      },
    },
    {
      name: "oJob A2B",
      exec(args) {
        const [produce, take] = [check(args.A, "A").$_(), check(args.B, "B").$_()];
        const consumer = new jobScope.Function("values", "valuesk", `${take}`);
        jobScope.$doA2B(
          new jobScope.Function("fn", produce),
          (values: unknown) => consumer(values, values),
          args.numThreads,
          args.timeout,
        );
      },
    },
    {
      name: "oJob Get settings",
      exec(args) {
        const file = settingsFile(args);
        args.settings = world.host.files.stat(file) === "" ? {} : readFileYAML(file);
      },
    },
    {
      name: "oJob Set settings",
      exec(args) {
        const file = settingsFile(args);
        const old = args.reset || world.host.files.stat(file) === "" ? {} : readFileYAML(file);
        writeFileYAML(file, merge(old, check(args.settings, "settings").$_()));
      },
    },
  ],
};

/** `oJobDebug.yaml`. */
export const debug: Pack = {
  jobs: [{ name: "oJob Debug Args", exec: (args) => jobScope.log(stringify(args)) }],
};
