import { fromBytesAbbreviation, fromTimeAbbreviation, toBytesAbbreviation } from "../lib/format/bytes.js";

export const scope = {
  "ow.format.toBytesAbbreviation": toBytesAbbreviation,
  "ow.format.fromBytesAbbreviation": fromBytesAbbreviation,
  "ow.format.fromTimeAbbreviation": fromTimeAbbreviation,
};
