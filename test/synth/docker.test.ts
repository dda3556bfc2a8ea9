import { describe, expect, test } from "vitest";
import { documentOf, fileOf, nodeConfigText, synth, textOf } from "./project.js";
import { variants } from "./variants.js";

const both = ["swarm", "compose"] as const;
const shared = "storage: { kind: volume, access: readwritemany, driver: nfs }";
const everything = `deploy: { ${shared}, queue: { kind: redis }, browser: { enabled: true } }\n`;

describe.each(both)("%s", (target) => {
  test("no container may write to its root, gain rights or be root", () => {
    for (const [name, service] of Object.entries<any>(documentOf(synth(everything), target).services)) {
      expect(service.read_only, name).toBe(true);
      expect(service.cap_drop, name).toEqual(["ALL"]);
      if (name !== "rojob-balancer") expect(service.user, name).toMatch(/^[1-9]\d*:\d+$/);
    }
  });

  test("every container has a health check and limits", () => {
    for (const [name, service] of Object.entries<any>(documentOf(synth(everything), target).services)) {
      expect(service.healthcheck.test[0], name).toBe("CMD");
      expect(service.deploy.resources.limits, name).toMatchObject({
        cpus: expect.any(String),
        memory: expect.any(String),
      });
    }
    expect(documentOf(synth(), target).services.rojob.healthcheck.test).toEqual(["CMD", "rojob", "health"]);
  });

  test("the key is a file that only the variable's name refers to", () => {
    const text = textOf(synth(), target);
    expect(text).toContain("APIKEY_FILE: /run/secrets/APIKEY");
    expect(text).not.toMatch(/APIKEY: /);
  });

  test("the queue is not published, and its data is in a volume", () => {
    const { services, volumes } = documentOf(synth(everything), target);
    expect(services["rojob-queue"]).not.toHaveProperty("ports");
    expect(services["rojob-queue"].volumes).toEqual([{ type: "volume", source: "rojob-queue", target: "/data" }]);
    expect(Object.keys(volumes)).toEqual(["rojob-work", "rojob-queue"]);
  });

  test("the browser sees the work folder and can change nothing", () => {
    const browser = documentOf(synth(everything), target).services["rojob-browser"];
    expect(browser.command).toEqual(["browse", "PORT=8788"]);
    expect(browser.volumes).toEqual([{ type: "volume", source: "rojob-work", target: "/rojob/work", read_only: true }]);
    expect(browser.healthcheck.test).toEqual(["CMD", "rojob", "health", "PORT=8788"]);
    expect(browser.environment).toEqual({ APIKEY_FILE: "/run/secrets/APIKEY" });
    const open = documentOf(synth(variants["without a key"]), target).services["rojob-browser"];
    expect(open.environment).toMatchObject({ PRIVATE: "true", HOSTS: expect.stringContaining("rojob-browser") });
  });

  test("a service for its neighbours only publishes nothing", () => {
    const { services } = documentOf(
      synth(`deploy: { publish: { type: clusterip }, ${shared}, browser: { enabled: true } }\n`),
      target,
    );
    for (const service of Object.values(services)) expect(service).not.toHaveProperty("ports");
  });
});

describe("Swarm", () => {
  const serviceOf = (config: string) => documentOf(synth(config), "swarm").services.rojob;

  test("three replicas behind the routing mesh, on an overlay network where tasks find each other", () => {
    const synthesis = synth();
    const { services, networks } = documentOf(synthesis, "swarm");
    expect(services.rojob.deploy).toMatchObject({ mode: "replicated", replicas: 3 });
    expect(services.rojob.ports).toEqual([{ target: 8787, published: 8787, protocol: "tcp", mode: "ingress" }]);
    expect(networks).toEqual({ rojob: { driver: "overlay" } });
    expect(nodeConfigText(synthesis, "swarm")).toContain("CDISC: dns:tasks.rojob:8787\n");
  });

  test("a new node answers before an old one goes, and what fails is rolled back", () => {
    const { update_config: update, rollback_config: rollback, restart_policy: restart } = serviceOf("").deploy;
    expect(update).toMatchObject({ order: "start-first", parallelism: 1, failure_action: "rollback" });
    expect(rollback).toMatchObject({ order: "start-first", parallelism: 1 });
    expect(restart).toMatchObject({ condition: "any" });
    const stopFirst = serviceOf("deploy: { update: { surge: 0, unavailable: 2 } }\n").deploy.update_config;
    expect(stopFirst).toMatchObject({ order: "stop-first", parallelism: 2 });
    const atOnce = serviceOf("deploy: { update: { strategy: recreate } }\n").deploy.update_config;
    expect(atOnce).toMatchObject({ order: "stop-first", parallelism: 0 });
  });

  test("nodes are spread over machines", () => {
    expect(serviceOf("").deploy.placement.preferences).toEqual([{ spread: "node.id" }]);
  });

  test("secrets and config are files of the node's user; another config has another name", () => {
    const { services, configs } = documentOf(synth(), "swarm");
    expect(services.rojob.secrets).toEqual([
      { source: "rojob-apikey", target: "APIKEY", uid: "1000", gid: "1000", mode: 0o400 },
    ]);
    expect(services.rojob.configs).toMatchObject([{ target: "/rojob/rojob.config.yaml", uid: "1000", mode: 0o440 }]);
    expect(configs).toEqual({ [services.rojob.configs[0].source]: { file: "./rojob.config.yaml" } });
    expect(Object.keys(documentOf(synth("BACKLOG: 5\n"), "swarm").configs)).not.toEqual(Object.keys(configs));
    expect(Object.keys(documentOf(synth("deploy: { replicas: 9 }\n"), "swarm").configs)).toEqual(Object.keys(configs));
  });

  test("two queues never have one volume", () => {
    expect(documentOf(synth(everything), "swarm").services["rojob-queue"].deploy).toMatchObject({
      replicas: 1,
      update_config: { order: "stop-first" },
    });
  });

  test("a shared volume without a driver is reported as one per machine", () => {
    const { warnings } = synth("deploy: { storage: { kind: volume, access: readwritemany } }\n", [], ["swarm"]);
    expect(warnings).toContain(
      "deploy.storage.shared: true cannot be expressed by swarm: without a storage.driver for several machines each machine has its own volume",
    );
  });
});

describe("Compose", () => {
  test("three nodes behind a balancer that alone has the port", () => {
    const { services } = documentOf(synth(), "compose");
    expect(services.rojob.deploy.replicas).toBe(3);
    expect(services.rojob).not.toHaveProperty("ports");
    expect(services["rojob-balancer"].ports).toEqual(["8787:8787"]);
    expect(services["rojob-balancer"].image).toMatch(/^haproxy:\d+\.\d+\.\d+/);
    for (const service of Object.values<any>(services))
      expect(service.security_opt).toEqual(["no-new-privileges:true"]);
  });

  test("the balancer follows the addresses of Docker's DNS, asks nodes whether they take runs, and asks another one when one refuses", () => {
    const config = fileOf(synth(), "compose/haproxy.cfg");
    expect(config).toContain("nameserver dns 127.0.0.11:53");
    expect(config).toContain("server-template node 1-32 rojob:8787 resolvers docker");
    expect(config).toContain("option httpchk GET /readyz");
    expect(config).toContain("retry-on conn-failure 503");
    expect(fileOf(synth("deploy: { replicas: 40 }\n"), "compose/haproxy.cfg")).toContain("node 1-80 ");
  });

  test("without it each node has a port of its own", () => {
    const synthesis = synth("deploy: { replicas: 3, balancer: { enabled: false } }\n");
    expect(documentOf(synthesis, "compose").services.rojob.ports).toEqual(["8787-8789:8787"]);
    expect(synthesis.files.map(({ path }) => path)).not.toContain("compose/haproxy.cfg");
  });

  test("queue and browser are profiles, which the header's commands name", () => {
    const synthesis = synth(everything);
    const { services } = documentOf(synthesis, "compose");
    expect(services["rojob-queue"].profiles).toEqual(["queue"]);
    expect(services["rojob-browser"].profiles).toEqual(["browser"]);
    expect(services.rojob).not.toHaveProperty("profiles");
    expect(textOf(synthesis, "compose")).toContain(
      "# apply:   docker compose -p rojob --profile queue --profile browser up -d\n",
    );
  });
});
