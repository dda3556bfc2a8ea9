import { pausing } from "../../base/pausing.js";
import { doWaitInSteps } from "./promises.js";

/** What rewritten job code calls (see `runtime/pausing.ts`). */

export const __pausing = { ...pausing, doWait: doWaitInSteps };
