import { globals } from "../base/world.js";
import { engine } from "./engine.js";
import { isHelpShown } from "./help.js";
import { loadFile } from "./load.js";
import type { AnyMap } from "./model.js";
import { addTodo, addTodos } from "./todo.js";

/** Running jobs from job code, and `ow.oJob`: the engine as job code sees it. */

const channel = (name: string) => (): unknown => globals.$ch(`oJob::${name}`);

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
