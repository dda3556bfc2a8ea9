import { healthCheck, type Plan, pathFrom, USER } from "./plan.js";

/** What Compose and Swarm call the same. */
export function dockerService(plan: Plan): Record<string, unknown> {
  const { deploy, variables, secrets, port } = plan;
  return {
    image: plan.image,
    user: `${USER}:${USER}`,
    read_only: true,
    cap_drop: ["ALL"],
    environment: escaped({ ...variables, ...secretVariables(plan) }),
    secrets: secrets.length === 0 ? undefined : secrets.map(({ option, name }) => ({ source: name, target: option })),
    volumes: [workVolume(plan), { type: "tmpfs", target: "/tmp" }],
    healthcheck: {
      test: ["CMD", ...healthCheck(port)],
      interval: "10s",
      timeout: "5s",
      retries: 3,
      start_period: "30s",
    },
    stop_grace_period: `${plan.stopGraceSeconds}s`,
    networks: [deploy.name],
  };
}

/** The top-level maps of volumes and secrets. */
export function dockerObjects(plan: Plan, folder: string, useNames: boolean): Record<string, unknown> {
  const { storage } = plan.deploy;
  const secrets = plan.secrets.map(({ name, isExisting, file }) => [
    name,
    useNames && isExisting ? { external: true } : { file: escapeDollars(pathFrom(folder, file!)) },
  ]);
  return {
    volumes: storage.kind === "volume" ? { [storage.name]: {} } : undefined,
    secrets: secrets.length === 0 ? undefined : Object.fromEntries(secrets),
  };
}

/** Limits and reservations of a service's `deploy`. */
export function dockerResources({ deploy: { requests, limits } }: Plan): object {
  const amounts = ({ milliCpus, memoryBytes }: typeof limits) => ({
    cpus: String(milliCpus / 1000),
    memory: `${Math.ceil(memoryBytes / 1024)}k`,
  });
  return { limits: amounts(limits), reservations: amounts(requests) };
}

function secretVariables({ secrets }: Plan): Record<string, string> {
  return Object.fromEntries(secrets.map(({ option }) => [`${option}_FILE`, `/run/secrets/${option}`]));
}

function workVolume({ deploy: { storage }, workFolder: target }: Plan): object {
  switch (storage.kind) {
    case "host":
      return { type: "bind", source: storage.path, target };
    case "volume":
      return { type: "volume", source: storage.name, target };
    default:
      // Without a name: each container has its own, which goes with it.
      return { type: "volume", target };
  }
}

/** Both read `$NAME` as a variable of the machine that deploys. */
function escapeDollars(text: string): string {
  return text.replaceAll("$", "$$$$");
}

function escaped(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, escapeDollars(text)]));
}
