import { doh, getReverseDoH, query } from "../lib/net/doh.js";

export const scope = {
  "ow.net.getDoH": query,
  "ow.net.doh": doh,
  "ow.net.getReverseDoH": getReverseDoH,
};
