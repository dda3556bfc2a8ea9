import type { Command } from "./command.js";
export const setup = undefined as unknown as Command;
