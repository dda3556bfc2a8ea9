import { handled, streamSH, streamSHLog } from "../lib/process/sh-streams.js";

export const scope = {
  "ow.format.streamSH": streamSH,
  "ow.format.streamSHLog": streamSHLog,
  "ow.format.streamHandle": handled,
};
