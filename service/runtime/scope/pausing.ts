import { inSteps, pausing } from "../pausing.js";
import { doWaitInSteps } from "./promises.js";

/** What rewritten job code calls (see `runtime/pausing.ts`). */
export const scope = { __inSteps: inSteps, __pausing: { ...pausing, doWait: doWaitInSteps } };
