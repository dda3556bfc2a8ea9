import { jobScope } from "../../base/job-scope.js";
import { loadFile } from "../load/load.js";
import { addTodo, addTodos } from "../load/todo.js";
import type { AnyMap } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { isHelpShown } from "./help.js";

/** Running jobs from job code, and `ow.oJob`: the engine as job code sees it. */

const channel = (name: string) => (): unknown => jobScope.$ch(`oJob::${name}`);

export const getJobsCh = channel("jobs");

export const getTodoCh = channel("todo");

export const getLogCh = channel("log");

export const getMainCh = channel("oJob");

export const getMetricsCh = channel("metrics");

export const engineId = () => engine.id;

export const queueTodos = (list: any[], args?: any, id?: string) => addTodos(list, args, id);

export const queueTodo = (entry: any, id?: string) => addTodo(entry, id);

export const previewFile = (name: string) => loadFile(name);

export const stopRun = () => void (engine.shouldStop = true);

export const showHelp = (_help: unknown, args: AnyMap) => isHelpShown(args);
