/**
 * What files can be written for, in the order of the help, and what the patches of its files are made to: to objects by kind and
 * name, or to one document. What writes the files is in the folder of the target: see synth/deploy-targets.ts.
 */
export const targets = {
  kubernetes: { title: "Kubernetes", patches: "objects" },
  swarm: { title: "Swarm", patches: "document", document: "the stack file" },
  compose: { title: "Compose", patches: "document", document: "the Compose file" },
} as const satisfies Record<string, TargetSpec>;

type TargetSpec = { title: string } & ({ patches: "objects" } | { patches: "document"; document: string });

export type Target = keyof typeof targets;
export const targetNames = Object.keys(targets) as Target[];
