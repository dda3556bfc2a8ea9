import { relative, sep } from "node:path";
import { type Deploy, type LoadedDeployment, queueText, workFolder } from "../service/config/deploy/index.js";
import type { OptionValue } from "../service/config/option-spec.js";
import type { Schedule } from "../service/config/schedules/index.js";

/** A secret option of the nodes, for all targets. */
export interface PlannedSecret {
  /** Option, and key or file name of the secret's content. */
  option: string;
  /** Name of the secret in the cluster. */
  name: string;
  /** Created outside of the deployment. */
  isExisting: boolean;
  /** Absolute path of its content on the machine that deploys. */
  file?: string;
  isGenerated: boolean;
}

/** Input of the manifests of all targets. */
export interface Plan {
  deploy: Deploy;
  /** The entries of the deployment that were given: name → text. */
  given: ReadonlyMap<string, string>;
  image: string;
  /** Port the nodes listen on. */
  port: number;
  stopGraceSeconds: number;
  /** Options of the nodes that are no secrets, in the form of their config file. */
  options: Readonly<Record<string, OptionValue>>;
  schedules: readonly Schedule[];
  secrets: readonly PlannedSecret[];
  /** Names of the services beside the nodes, which have the name of the deployment. */
  names: { peers: string; queue: string; browser: string; balancer: string };
}

/** User and group of the image. */
export const USER = 1000;

/** Paths of the node's config file and work folder in the image. */
export const configPath = "/rojob/rojob.config.yaml";
export { workFolder };

/** Settles the common parts of the targets. */
export function makePlan({ deploy, given, port, killGraceMs, options, schedules }: LoadedDeployment): Plan {
  const names = {
    peers: `${deploy.name}-peers`,
    queue: `${deploy.name}-queue`,
    browser: `${deploy.name}-browser`,
    balancer: `${deploy.name}-balancer`,
  };
  const queue: Record<string, OptionValue> =
    deploy.queue === undefined ? {} : { QUEUECH: queueText(deploy.queue, names.queue) };
  return {
    deploy,
    given: new Map([...given].map(([name, { text }]) => [name, text])),
    image: `${deploy.image}:${deploy.tag}`,
    port,
    // The time for the peers to notice comes before the grace, and replies are sent after the last run has ended.
    stopGraceSeconds: Math.ceil(killGraceMs / 1000) + 10,
    options: { ...options, ...queue },
    schedules,
    secrets: deploy.secrets.map(({ option, name, file, isGenerated }) => ({
      option,
      name: name ?? `${deploy.name}-${option.toLowerCase()}`,
      isExisting: name !== undefined,
      file,
      isGenerated,
    })),
    names,
  };
}

/** Is there a queue to deploy beside the nodes? */
export function hasOwnQueue({ deploy: { queue } }: Plan): boolean {
  return queue !== undefined && queue.host === undefined;
}

/** Command of a container that checks whether its node answers. */
export const healthCheck = ["rojob", "health"];

/** Command of the browser's container, and its health check. */
export function browserCommand({ deploy: { browserPort } }: Plan): { start: string[]; health: string[] } {
  return { start: ["browse", `PORT=${browserPort}`], health: [...healthCheck, `PORT=${browserPort}`] };
}

/** A path relative to `folder`, for a file in it. */
export function pathFrom(folder: string, file: string): string {
  const path = relative(folder, file).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}
