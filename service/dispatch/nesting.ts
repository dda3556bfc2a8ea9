import { ServiceError } from "../base/errors.js";

/** Longest chain of runs that start runs. Each holds a worker while it waits. */
const DEEPEST = 16;

/** Waiting relations among the runs of this node. */
export class Nesting {
  /** Number of runs that each run waits for. */
  private readonly children = new Map<string, number>();
  private readonly depths = new Map<string, number>();

  /** Number of runs that wait for runs they have started. */
  get blocked(): number {
    return this.children.size;
  }

  /**
   * Notes that a run waits for another.
   * @returns ends that; to be called by the caller
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
