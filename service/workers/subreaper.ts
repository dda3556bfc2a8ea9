import { execFile } from "node:child_process";

/** PR_SET_CHILD_SUBREAPER of prctl(2). */
const OPTION = 36;
/** Number of the system call prctl, by Node's name of the architecture. */
const PRCTL: Partial<Record<string, number>> = {
  x64: 157,
  arm64: 167,
  riscv64: 167,
  loong64: 167,
  arm: 172,
  ia32: 172,
  s390x: 172,
  ppc64: 171,
};

let found: Promise<string[]> | undefined;

/**
 * Words before a command that make its process adopt the orphans below it, as PID 1 does with all others
 * (PR_SET_CHILD_SUBREAPER of prctl(2)): all processes of a run then stay below its worker, whatever they do to get
 * away. Node cannot make that call; perl, which Debian always has, and python can, and then become the command. Empty
 * when neither is installed.
 */
export function subreaperWords(): Promise<string[]> {
  found ??= findWords();
  return found;
}

async function findWords(): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const call = PRCTL[process.arch];
  const candidates = [
    [
      "python3",
      "-ISc",
      `import ctypes, os, sys; ctypes.CDLL(None).prctl(${OPTION}, 1, 0, 0, 0) == 0 or sys.exit(9); os.execv(sys.argv[1], sys.argv[1:])`,
    ],
  ];
  if (call !== undefined)
    candidates.unshift([
      "perl",
      "-e",
      `syscall(${call}, ${OPTION}, 1, 0, 0, 0) == 0 or exit 9; exec { $ARGV[0] } @ARGV; exit 9`,
    ]);
  for (const words of candidates) if (await works(words)) return words;
  return [];
}

/** Does the command after these words run, with its own exit code? */
function works([program, ...words]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program!, [...words, "/bin/sh", "-c", "echo $$; exit 7"], (error, stdout, stderr) =>
      resolve(error?.code === 7 && /^\d+\n$/.test(stdout) && stderr === ""),
    );
  });
}
