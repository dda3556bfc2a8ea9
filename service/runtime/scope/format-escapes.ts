import {
  escapeHTML4,
  escapeRE,
  escapeString,
  isEmail,
  isHost,
  isIPv4,
  isIPv6,
  isURL,
  transposeArrayLines,
  unescapeHTML4,
} from "../lib/format/escapes.js";
import { escapeMarkup } from "../lib/text/html-entities.js";

export const scope = {
  "ow.format.escapeRE": escapeRE,
  "ow.format.escapeString": escapeString,
  "ow.format.escapeHTML": escapeMarkup,
  "ow.format.escapeHTML4": escapeHTML4,
  "ow.format.unescapeHTML4": unescapeHTML4,
  "ow.format.isIPv4": isIPv4,
  "ow.format.isIPv6": isIPv6,
  "ow.format.isEmail": isEmail,
  "ow.format.isURL": isURL,
  "ow.format.isHost": isHost,
  "ow.format.transposeArrayLines": transposeArrayLines,
};
