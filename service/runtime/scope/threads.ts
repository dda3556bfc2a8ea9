import { Threads } from "../lib/threads/group.js";
import { clearInterval, setInterval, setTimeout } from "../lib/threads/intervals.js";

export const scope = {
  Threads,
  setInterval,
  clearInterval,
  setTimeout,
};
