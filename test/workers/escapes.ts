/** Ways in which what a run has started tries to get away from its worker. */

/** The mark of a process that waits for runs. */
const waits = new Array(100).fill("-").join("");
const sleeper = (name: string, env = "") =>
  `setsid env -i ${env} PATH="$PATH" sh -c 'echo $$ > ${name}; exec sleep 300' >/dev/null 2>&1`;

/** Shell texts that leave a process, which writes its id into the file `away`. */
export const ESCAPES: Record<string, string> = {
  "a new session and no environment": `${sleeper("away")} &`,
  "an orphan of an orphan": `(( ${sleeper("away")} & ) & )`,
  "a parent that ends later": `sh -c "${sleeper("away").replaceAll('"', '\\"').replaceAll("$", "\\$")} & sleep 0.1" &`,
  "the mark of a process that waits for runs": `${sleeper("away", `ROJOB_UUID=${waits}`)} &`,
  "a mark of another run": `${sleeper("away", "ROJOB_UUID=other ROJOB_POOL=other")} &`,
  "a double fork of perl": `perl -e 'use POSIX; fork and exit; POSIX::setsid(); fork and exit; %ENV = (); $0 = "init"; open(F, ">away"); print F "$$\\n"; close F; sleep 300' >/dev/null 2>&1 &`,
  "a double fork of python": `python3 -c 'import os, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
open("away", "w").write(str(os.getpid()) + "\\n")
os.execve("/bin/sleep", ["sleep", "300"], {})' >/dev/null 2>&1 &`,
};

/** Text of a shell that waits until such a process has left. */
export const UNTIL_THERE = "while [ ! -s away ]; do sleep 0.02; done";

/** The program that a way needs. */
export function programOf(how: string): string {
  return /perl|python/.exec(how)?.[0].replace("python", "python3") ?? "sh";
}
