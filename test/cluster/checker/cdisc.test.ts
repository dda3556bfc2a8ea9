import { shortCheck } from "./short.js";

shortCheck("cdisc");
