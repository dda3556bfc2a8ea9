import { shortCheck } from "./short.js";

shortCheck("etcd", "etcd3");
