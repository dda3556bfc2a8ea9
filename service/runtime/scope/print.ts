import { world } from "../world.js";

/** `print`, `printnl`, `printErr`, `printErrnl`: text to the run's output. */
export const scope = {
  print: (value: unknown = "") => world.host.output.write(1, `${value}\n`),
  printnl: (value: unknown = "") => world.host.output.write(1, `${value}`),
  printErr: (value: unknown = "") => world.host.output.write(2, `${value}\n`),
  printErrnl: (value: unknown = "") => world.host.output.write(2, `${value}`),
};
