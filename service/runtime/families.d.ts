/** Made by the build (`tools/runtime-bundle.mjs`) from the files of `scope/`. */
declare module "rojob:families" {
  /** File name without ending → loads that family. */
  export const families: Record<string, () => { scope: Record<string, unknown> }>;
  /** Where each name of the scope comes from: a family, `"!"` for a known but absent function, or a map of members. */
  export const tree: NameTree;
  export interface NameTree {
    [name: string]: string | NameTree;
  }
}
