import lodash from "lodash";
import { globals } from "../world.js";

/** The parts of OpenWrap and the libraries job code loads before it uses them. Here all are there from the start. */

const part = (name: string) => (): unknown => globals.ow[name];

/** Puts lodash on the name `_`. */
function loadLodash(): void {
  globals._ = lodash;
}

export const scope = {
  "ow.loadAI": part("ai"),
  "ow.loadCh": part("ch"),
  "ow.loadDebug": part("debug"),
  "ow.loadFormat": part("format"),
  "ow.loadJava": part("java"),
  "ow.loadMetrics": part("metrics"),
  "ow.loadNet": part("net"),
  "ow.loadOJob": part("oJob"),
  "ow.loadObj": part("obj"),
  "ow.loadPython": part("python"),
  "ow.loadSec": part("sec"),
  "ow.loadServer": part("server"),
  "ow.loadTemplate": part("template"),
  "ow.loadTest": part("test"),
  loadLodash,
  loadUnderscore: loadLodash,
};
