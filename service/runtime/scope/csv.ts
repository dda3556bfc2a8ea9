import { $csv, toCSV } from "../lib/data/csv.js";
import { SimpleCsv } from "../lib/text/simple-csv.js";

export const scope = {
  $csv,
  toCSV,
  CSV: SimpleCsv,
};
