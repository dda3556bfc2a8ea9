import lodash from "lodash";
import { jobScope } from "../../base/job-scope.js";

/** The parts of OpenWrap and the libraries job code loads before it uses them. Here all are there from the start. */

const part = (name: string) => (): unknown => (jobScope.ow as unknown as Record<string, unknown>)[name];

/** Puts lodash on the name `_`. */
export function loadLodash(): void {
  jobScope._ = lodash;
}

export const loadAI = part("ai");

export const loadCh = part("ch");

export const loadDebug = part("debug");

export const loadFormat = part("format");

export const loadJava = part("java");

export const loadMetrics = part("metrics");

export const loadNet = part("net");

export const loadOJob = part("oJob");

export const loadObj = part("obj");

export const loadPython = part("python");

export const loadSec = part("sec");

export const loadServer = part("server");

export const loadTemplate = part("template");

export const loadTest = part("test");
