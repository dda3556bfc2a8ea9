import { fileURLToPath } from "node:url";
import { shareBundles } from "../service/workers/bundles.js";

/**
 * Once for all files: `npm test` has just compiled the program, so nodes and workers are started from `build/`; a call of
 * vitest by itself takes the sources, bundled here once.
 */
export default async function setUp(): Promise<void> {
  if (process.env.npm_lifecycle_event === "test") {
    process.env.ROJOB_BUILD = fileURLToPath(new URL("../build", import.meta.url));
  } else {
    process.env.ROJOB_BUNDLES = await shareBundles();
  }
}
