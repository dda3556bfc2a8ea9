/**
 * Targets of the synthesis, in the order of the help, and the subject of their patches: objects by kind and name, or one
 * document. The folder of a target has the writer of its files: see synth/deploy-targets.ts.
 */
export const targets = {
  kubernetes: { title: "Kubernetes", patches: "objects" },
  swarm: { title: "Swarm", patches: "document", document: "the stack file" },
  compose: { title: "Compose", patches: "document", document: "the Compose file" },
} as const satisfies Record<string, TargetSpec>;

type TargetSpec = { title: string } & ({ patches: "objects" } | { patches: "document"; document: string });

export type Target = keyof typeof targets;
export const targetNames = Object.keys(targets) as Target[];
