/** Longest time a request waits for the start of its node, ms. */
const LONGEST_WAIT_MS = 30_000;

/** Requests during the start of the node wait here: it listens before it knows its runs and its peers. */
export class StartGate {
  isOpen = false;
  private readonly opened: Promise<boolean>;
  private settle!: (isOpen: boolean) => void;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** Lets the requests pass: the node has started. */
  open(): void {
    this.isOpen = true;
    this.settle(true);
  }

  /** Refuses the requests: the node will not start. */
  giveUp(): void {
    this.settle(false);
  }

  /** False when the node does not start in time. */
  async pass(): Promise<boolean> {
    if (this.isOpen) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), LONGEST_WAIT_MS);
    });
    return Promise.race([this.opened, late]).finally(() => clearTimeout(timer));
  }
}
