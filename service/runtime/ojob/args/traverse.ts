import { isContainer } from "../../base/values/types.js";

/** A text of a map or list: its key and the container that has it. */
export type VisitText = (key: string, text: string, owner: any) => void;

/**
 * Visits every text of `value`, in lists too: all keys of a level first, then the levels below, the last container first.
 * The order counts where an expansion uses another one.
 */
export function eachText(value: any, visit: VisitText): void {
  const waiting: any[] = [value];
  while (waiting.length > 0) {
    const owner = waiting.pop();
    for (const key of Object.keys(owner)) {
      const member = owner[key];
      if (typeof member === "string") visit(key, member, owner);
      else if (isContainer(member)) waiting.push(member);
    }
  }
}
