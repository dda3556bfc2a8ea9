/** Deployments that together use everything the schema has: name → config file. */
export const variants: Readonly<Record<string, string>> = {
  defaults: "",
  "a shared volume, redis and the browser": `
PORT: 9000
JOBTIMEOUT: 60000
deploy:
  replicas: 5
  publish: { port: 80, annotations: { example.org/lb: internal } }
  storage: { kind: volume, name: shared, size: 20GB, class: fast, access: readwritemany, driver: nfs, driverOptions: { share: "host:/a$b" } }
  queue: { kind: redis, size: 2GB }
  browser: { enabled: true, port: 9001 }
  monitoring: { serviceMonitor: true, interval: 15 }
  env: { TZ: Europe/Lisbon, TEXT: "a $HOME {{.Task}} y" }
  labels: { team: web, example.org/y: "y" }
  nodeSelector: { kubernetes.io/arch: arm64, disk: ssd }
  tolerations: [{ key: batch, operator: Exists, effect: NoExecute, tolerationSeconds: 60 }]
  pullSecret: registry
schedules:
  nightly: { cron: "30 2 * * *", job: report.yaml, args: { day: yesterday, deep: true } }
`,
  "a volume a node, autoscaling and etcd": `
deploy:
  storage: { kind: volume, shared: false, size: 5GB }
  autoscaling: { min: 2, max: 8, cpu: 60, backlog: 10 }
  queue: { kind: etcd }
  network: { egress: closed }
  disruption: { unavailable: 2 }
`,
  "one node with a volume of its machine": `
deploy: { replicas: 1, storage: { kind: volume }, browser: { enabled: true }, disruption: { budget: false } }
`,
  "a folder of the machine": "deploy: { storage: { kind: host, path: /srv/rojob }, browser: { enabled: true } }\n",
  "an ingress": `
deploy:
  publish: { type: ingress, host: jobs.example.org, tlsSecret: jobs-tls, ingressClass: nginx, annotations: { a: b } }
  queue: { kind: redis, host: redis.example.org, port: 6380 }
`,
  "for neighbours only, without a balancer": `
deploy: { publish: { type: clusterip }, balancer: { enabled: false }, network: { policy: false }, update: { surge: 0, unavailable: 1 } }
`,
  "without a balancer": "deploy: { balancer: { enabled: false }, update: { strategy: recreate } }\n",
  "without a key": "PRIVATE: true\ndeploy: { storage: { kind: host, path: /srv }, browser: { enabled: true } }\n",
  "existing secrets": "deploy: { secrets: { APIKEY: { name: team-key }, QUEUECH: { name: team-queue } } }\n",
  "secrets of files": "deploy: { secrets: { APIKEY: { file: keys/api }, QUEUECH: { file: keys/queue } } }\n",
  "no node at all": "deploy: { replicas: 0, disruption: { budget: false } }\n",
  patches: `
deploy:
  patches:
    kubernetes:
    - { kind: Deployment, patch: { spec: { template: { spec: { priorityClassName: high } } } } }
    - { kind: Service, name: rojob, patch: [{ op: add, path: /spec/externalTrafficPolicy, value: Local }] }
    swarm: { services: { rojob: { deploy: { endpoint_mode: dnsrr }, ports: null } } }
    compose: [{ op: add, path: /services/rojob/extra_hosts, value: ["db:10.0.0.1"] }]
`,
};
