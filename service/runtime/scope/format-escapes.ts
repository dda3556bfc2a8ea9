import {
  escapeHTML4,
  escapeRE,
  escapeString,
  isEmail,
  transposeArrayLines,
  unescapeHTML4,
} from "../lib/format/escapes.js";
import { isIPv4, isIPv6 } from "../lib/net/addresses.js";
import { isHost, isUrl } from "../lib/net/net.js";
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
  "ow.format.isURL": isUrl,
  "ow.format.isHost": isHost,
  "ow.format.transposeArrayLines": transposeArrayLines,
};
