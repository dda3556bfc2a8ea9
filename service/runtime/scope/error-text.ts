import { describeError } from "../lib/terminal/error-text.js";

export const scope = {
  $err: describeError,
};
