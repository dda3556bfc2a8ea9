import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { ServiceError } from "../base/errors.js";
import { NonceWindows } from "./nonce-windows.js";
import { Nonces } from "./nonces.js";
import { V2_TOLERANCE_S } from "./sign.js";

/** Digits of the newest date in the file: it is overwritten in place. */
const DIGITS = 15;

/** Memory of used nonces. */
interface NonceUse {
  use(nonce: string, dateS: number, nowS: number): void;
}

/**
 * Used signatures of scheme v2, also those of earlier processes of the node.
 *
 * A node that stops keeps the nonces in a file. When it dies they are lost, but the file has the newest date of all
 * accepted signatures: the next process accepts no signature dated up to then, nor any from before its own start. The
 * date is written before a signature with a newer one counts, that is once a second at most.
 */
export class SignatureMemory {
  /** For the signatures of clients. */
  readonly clients: NonceUse;
  /** For those of nodes, which number their requests. */
  readonly peers: NonceUse;
  private readonly clientNonces = new Nonces(V2_TOLERANCE_S);
  private readonly peerNonces = new NonceWindows(V2_TOLERANCE_S);
  private newestS = 0;
  private file: number | undefined;

  /**
   * @param notBeforeS earlier signatures are refused, s since the epoch
   * @param onTrouble called once when the date cannot be written
   */
  constructor(
    private notBeforeS = Math.floor(Date.now() / 1000),
    private onTrouble: ((error: unknown) => void) | undefined = undefined,
  ) {
    this.clients = this.using(this.clientNonces);
    this.peers = this.using(this.peerNonces);
  }

  /**
   * Takes over the file of an earlier process, and keeps the newest date there from now on.
   * @throws Error when the file cannot be read or written
   */
  open(path: string): void {
    const { O_RDWR, O_CREAT } = constants;
    this.file = openSync(path, O_RDWR | O_CREAT, 0o600);
    const [first = "", kept = ""] = readFileSync(this.file, "utf8").split("\n");
    const newestS = /^\d+$/.test(first) ? Number(first) : 0;
    const past = readKept(kept);
    if (past === undefined) this.notBeforeS = Math.max(this.notBeforeS, newestS + 1);
    else {
      // Signatures unknown to the earlier process are unknown to this one too.
      this.notBeforeS = past.notBeforeS;
      this.clientNonces.restore(past.clients);
      this.peerNonces.restore(past.peers);
    }
    // From here on the file is that of a node that may die.
    this.newestS = newestS;
    this.write();
  }

  /** Keeps the nonces for the next process. */
  close(): void {
    if (this.file === undefined) return;
    const { notBeforeS } = this;
    const kept = JSON.stringify({ notBeforeS, clients: this.clientNonces.kept(), peers: this.peerNonces.kept() });
    writeSync(this.file, `${this.date}\n${kept}\n`, 0);
    closeSync(this.file);
    this.file = undefined;
  }

  private using(nonces: NonceUse): NonceUse {
    return {
      use: (nonce, dateS, nowS) => {
        if (dateS < this.notBeforeS) {
          throw new ServiceError("signature_before_start", { date: dateS, start: this.notBeforeS });
        }
        nonces.use(nonce, dateS, nowS);
        if (dateS > this.newestS) {
          this.newestS = dateS;
          this.note();
        }
      },
    };
  }

  /**
   * A disk that cannot be written does not stop the node: it then loses its protection against replays after its death.
   */
  private note(): void {
    try {
      if (this.file !== undefined) writeSync(this.file, this.date, 0);
    } catch (error) {
      this.onTrouble?.(error);
      this.onTrouble = undefined;
    }
  }

  private write(): void {
    ftruncateSync(this.file!);
    writeSync(this.file!, `${this.date}\n`, 0);
  }

  private get date(): string {
    return String(this.newestS).padStart(DIGITS, "0");
  }
}

interface Kept {
  notBeforeS: number;
  clients: [minute: number, nonces: string[]][];
  peers: [life: string, newest: number, usedS: number][];
}

/** Undefined when the node died, or was killed while it wrote. */
function readKept(text: string): Kept | undefined {
  try {
    return text === "" ? undefined : (JSON.parse(text) as Kept);
  } catch {
    return undefined; // cut off: as if nothing had been kept
  }
}
