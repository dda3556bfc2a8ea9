import { testPausedNodes } from "./paused-node.js";

testPausedNodes("etcd3");
