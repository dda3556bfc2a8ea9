import { unzip, Zip, zip } from "../lib/files/zip.js";

export const scope = {
  ZIP: Zip,
  "io.zip": zip,
  "io.unzip": unzip,
};
