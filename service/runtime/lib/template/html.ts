import { htmlOfMap, mapStyle } from "../text/html-map.js";

/** `ow.template.html`: values as HTML. */

/** @param inParts gives the style and the table apart, as `{ css, out }` */
export function parseMap(value: unknown, inParts?: boolean): any {
  const out = htmlOfMap(value);
  return inParts ? { css: mapStyle, out } : `<style>${mapStyle}</style>${out}`;
}

export const htmlPage = (value: unknown): string =>
  `<html><meta charset="utf-8"><style>${mapStyle}</style><body>${htmlOfMap(value)}</body></html>`;

export const htmlArrayMap = (value: unknown) => parseMap(value);
