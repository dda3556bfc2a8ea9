/** A node that has a pid file and goes on until it is killed, or its file removed; argument: the file. */
import { PidFile } from "../../service/node/pid-file.js";

const file = process.argv[2]!;
const log = { info: () => undefined, warn: () => undefined };
const onRemoved = () => process.exit(0);
const said = await PidFile.take({ file, node: "here:1", onRemoved, log, silenceMs: 1000 }).then(
  () => "taken",
  (error: Error) => error.message,
);
process.stdout.write(`ready\n${JSON.stringify(said)}\n`);
process.stdin.resume();
