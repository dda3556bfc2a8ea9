import { ServiceError } from "../base/errors.js";

/** Runs that start runs that start runs: no more than so many in a row. Each holds a worker while it waits. */
const DEEPEST = 16;

/** Who waits for whom among the runs of this node. */
export class Nesting {
  /** Runs each run waits for. */
  private readonly children = new Map<string, number>();
  private readonly depths = new Map<string, number>();

  /** Runs that wait for runs they have started. */
  get blocked(): number {
    return this.children.size;
  }

  /**
   * Notes that a run waits for another.
   * @returns to be called when it does so no longer
   * @throws ServiceError `nested_too_deep`
   */
  enter(parent: string, child: string): () => void {
    const depth = (this.depths.get(parent) ?? 0) + 1;
    if (depth > DEEPEST) throw new ServiceError("nested_too_deep", { parent, limit: DEEPEST });
    this.depths.set(child, depth);
    this.children.set(parent, (this.children.get(parent) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.depths.delete(child);
      const left = this.children.get(parent)! - 1;
      if (left === 0) this.children.delete(parent);
      else this.children.set(parent, left);
    };
  }
}
