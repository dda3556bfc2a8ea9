import { describeBroker } from "./broker-suite.js";

describeBroker("redis");
