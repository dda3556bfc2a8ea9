import { shortCheck } from "./short.js";

shortCheck("redis", "redis");
