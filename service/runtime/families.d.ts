/** Made by the build (`tools/runtime-bundle.mjs`) from the files of `scope/`. */
declare module "rojob:families" {
  /** Evaluates a family, by its file name without ending. */
  export function family(name: string): { scope: Record<string, unknown> };
  /** Every name on the global object → the family that gives it, `"!"` for a known but absent function, `""` for an object with members. */
  export function names(): Record<string, string>;
  /** The members of such an object. */
  export function members(name: string): NameTree;
  /** Name → as in `names`, or the members of an object inside. */
  export interface NameTree {
    [name: string]: string | NameTree;
  }
}
