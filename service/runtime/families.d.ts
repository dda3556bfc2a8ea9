/** Made by the build (`tools/runtime-bundle.mjs`) from the files of `scope/`. */
declare module "rojob:families" {
  /** Evaluates a family, by its file name without ending. */
  export function family(name: string): { scope: Record<string, unknown> };
  /**
   * Every name on the global object and the family that gives it, as one text: `;isDef=types;…;`. The family is `!` for
   * a known but absent function and empty for an object with members. A text costs nothing per environment.
   */
  export const names: string;
  /** The members of such an object. */
  export function members(name: string): NameTree;
  /** Name → family (`!` for an absent function), or the members of an object inside. */
  export interface NameTree {
    [name: string]: string | NameTree;
  }
}
