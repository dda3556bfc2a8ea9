import { pausing } from "../../base/pausing.js";
import { doWaitInSteps } from "./promises.js";

/** Functions that rewritten job code calls (see `runtime/base/pausing.ts`). */

export const __pausing = { ...pausing, doWait: doWaitInSteps };
