import { comment } from "../infra/document.js";
import type { Plan } from "../infra/plan.js";

/** The balancer's config, beside the Compose file. */
export const balancerFile = "haproxy.cfg";

/** Nodes it can tell apart, unless more are asked for. */
const FEWEST_SLOTS = 32;

/**
 * The config of HAProxy. It was chosen because the open versions of nginx and Caddy cannot do all three: follow the
 * addresses that Docker's DNS gives for a scaled service, ask each node itself whether it takes runs, and send what one
 * node refuses to another.
 */
export function balancerConfig(plan: Plan): string {
  const { deploy, port } = plan;
  const slots = Math.max(FEWEST_SLOTS, 2 * deploy.replicas);
  const header = comment([
    `HAProxy before the nodes of ${deploy.name}, made by \`rojob synth\`: change the config file, not this one.`,
  ]);
  return `${header}
global
  log stdout format raw local0 warning
  # Connections are let go of before the nodes are.
  hard-stop-after ${plan.stopGraceSeconds}s

defaults
  mode http
  log global
  option httplog
  option dontlognull
  option forwardfor
  timeout connect 5s
  timeout http-request 120s
  timeout http-keep-alive 60s
  timeout queue 60s
  # A run takes as long as it takes, and so does its reply.
  timeout client 24h
  timeout server 24h
  timeout check 5s

# Docker's own DNS: one address a container of the service.
resolvers docker
  nameserver dns 127.0.0.11:53
  resolve_retries 3
  timeout resolve 1s
  timeout retry 1s
  accepted_payload_size 8192
  hold valid 1s
  hold obsolete 0s
  hold nx 1s
  hold other 1s
  hold refused 1s
  hold timeout 1s

frontend clients
  bind :${port}
  default_backend nodes

backend nodes
  balance leastconn
  # A connection of its own for each request: one that was idle may be closed just when a request is sent on it.
  option http-server-close
  http-reuse never
  option httpchk GET /readyz
  option redispatch 1
  # Only what no node has taken is sent again: no connection, or refused because it is full or about to stop.
  # Several nodes may be about to stop at once.
  retries 8
  retry-on conn-failure 503
  # A node that is about to stop says so a moment before it closes its door: it has to be asked more often than that.
  default-server check inter 250ms fall 1 rise 1 maxconn 1000 init-addr none
  # A node that takes no connection is asked again only when a check has found it well.
  default-server observe layer4 error-limit 1 on-error mark-down
  server-template node 1-${slots} ${deploy.name}:${port} resolvers docker resolve-prefer ipv4
`;
}

/** Does some node answer through it? */
export function balancerHealth({ port }: Plan): string[] {
  return ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${port}/healthz`];
}
