import { fromJsSlon, fromSlon, toColouredSlon, toSlon } from "../lib/data/slon.js";

export const scope = {
  "af.toSLON": toSlon,
  "af.toCSLON": toColouredSlon,
  "af.fromSLON": fromSlon,
  "af.fromJSSLON": fromJsSlon,
  "ow.format.toSLON": toSlon,
  "ow.format.toCSLON": toColouredSlon,
};
