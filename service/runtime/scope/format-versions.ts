import { semver, sortSemanticVersions } from "../lib/format/versions.js";
import { compareVersions, meetsSpec } from "../lib/text/semantic-version.js";

export const scope = {
  "ow.format.semver": semver,
  "ow.format.compareVersion": compareVersions,
  "ow.format.checkVersionSpec": meetsSpec,
  "ow.format.sortSemanticVersions": sortSemanticVersions,
};
