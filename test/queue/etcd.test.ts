import { describeBroker } from "./broker-suite.js";

describeBroker("etcd3");
