import { fromObj2XML, fromXml } from "../lib/data/xml.js";

export const scope = {
  "af.fromXML2Obj": fromXml,
  "af.fromObj2XML": fromObj2XML,
};
