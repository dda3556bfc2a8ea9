import { htmlArrayMap, htmlPage, parseMap } from "../lib/template/html.js";

export const scope = {
  "ow.template.html.parseMap": parseMap,
  "ow.template.html.parseMapInHTML": htmlPage,
  "ow.template.md.htmlArrayMap": htmlArrayMap,
};
