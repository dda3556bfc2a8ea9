import { output } from "../lib/terminal/output.js";

export const scope = {
  $output: output,
  $o: output,
  "ow.oJob.output": output,
};
