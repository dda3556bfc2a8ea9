import { allType } from "./all.js";
import { bufferType } from "./buffer.js";
import { cacheType } from "./cache.js";
import { fileType } from "./file.js";
import { absentType, dummyType, opsType } from "./ops.js";
import { proxyType } from "./proxy.js";
import { remoteType } from "./remote.js";
import { memoryType } from "./simple.js";
import type { ChannelType } from "./type.js";

/** The types of channels that are there from the start, by name. */
export const standardTypes: Record<string, ChannelType> = {
  simple: memoryType(),
  simpleold: memoryType(),
  big: memoryType(),
  ops: opsType(),
  cache: cacheType(),
  buffer: bufferType(),
  dummy: dummyType(),
  proxy: proxyType(),
  file: fileType(),
  remote: remoteType(),
  all: allType(),
};
for (const name of ["db", "dbOld", "elasticsearch", "prometheus", "mvs", "ignite", "etcd"])
  standardTypes[name] = absentType(name);
