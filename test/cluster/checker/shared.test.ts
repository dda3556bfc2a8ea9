import { shortCheck } from "./short.js";

shortCheck("shared");
