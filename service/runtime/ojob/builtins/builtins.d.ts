/** Made by the build (`tools/runtime-bundle.mjs`) from the other files of this folder. */
declare module "rojob:builtins" {
  /** All built-in jobs: those with shortcuts first, in the order in which shortcuts are looked for. */
  export const builtins: import("./builtin.js").BuiltinEntry[];
}
