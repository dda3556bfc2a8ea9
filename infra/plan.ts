import { relative, sep } from "node:path";
import { type Deploy, type LoadedDeployment, workFolder } from "../service/config/deploy/index.js";

/** A secret option of the nodes, as every target needs it. */
export interface PlannedSecret {
  /** Option, and key or file name of the secret's content. */
  option: string;
  /** Of the secret in the cluster. */
  name: string;
  /** Made by somebody else. */
  isExisting: boolean;
  /** Absolute path of its content on the machine that deploys. */
  file?: string;
}

/** What the manifests of all targets say, in terms of none. */
export interface Plan {
  deploy: Deploy;
  image: string;
  /** Port the nodes listen on. */
  port: number;
  stopGraceSeconds: number;
  /** Variables of the nodes that are no secrets. */
  variables: Readonly<Record<string, string>>;
  secrets: readonly PlannedSecret[];
  workFolder: string;
}

/** User and group the image runs as. */
export const USER = 1000;

/** Settles what the targets have in common. */
export function makePlan({ deploy, port, killGraceMs, options }: LoadedDeployment): Plan {
  return {
    deploy,
    image: `${deploy.image}:${deploy.tag}`,
    port,
    // Replies go out after the last run has ended.
    stopGraceSeconds: Math.ceil(killGraceMs / 1000) + 5,
    // Jobs write temporary files, and the root of the container is read-only.
    variables: sorted({ ...options, HOME: "/tmp" }),
    secrets: deploy.secrets.map(({ option, name, file }) => ({
      option,
      name: name ?? `${deploy.name}-${option.toLowerCase()}`,
      isExisting: name !== undefined,
      file,
    })),
    workFolder,
  };
}

/** What a container does to find out whether its node answers. */
export function healthCheck(port: number): string[] {
  const code = `fetch("http://127.0.0.1:${port}/healthz").then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))`;
  return ["node", "-e", code];
}

/**
 * The command that makes a secret's file, for header comments.
 * @param folder the command is run in
 */
export function keyFileHint({ file }: PlannedSecret, folder: string): string {
  return `openssl rand -hex 24 > ${pathFrom(folder, file!)}`;
}

/** A path as a file in `folder` refers to it. */
export function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}
