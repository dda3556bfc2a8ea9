import { testPausedNodes } from "./paused-node.js";

testPausedNodes("redis");
