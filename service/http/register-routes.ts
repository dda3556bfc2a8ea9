import type { FastifyInstance, onRequestHookHandler, RouteOptions } from "fastify";
import { v2Headers } from "../signing/sign.js";
import { type AuthOptions, addAuth, type Guard, signatureHeaders } from "./auth/auth.js";
import { verifyPeer } from "./auth/peers.js";
import type { ClientRoute, PeerRoute, Route } from "./route.js";
import { bodyOf } from "./routes/peers/request.js";
import type { PeerRouteServices, RouteServices } from "./services.js";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Headers with a signature that the route checks first. */
    signedWith?: readonly string[];
    /** The route is used by existing clients, which sign with version 1. */
    takesV1?: boolean;
  }
}

interface Registration {
  services: RouteServices;
  /** Without it the routes of peers do not exist. */
  peers: PeerRouteServices | undefined;
  guard: Guard | undefined;
  auth: AuthOptions;
  /** Runs before the credentials of a client are checked. */
  beforeClients: onRequestHookHandler;
}

/** Registers routes by their `access`; values that do not depend on a request are computed here, once. */
export function registerRoutes(app: FastifyInstance, routes: readonly Route[], options: Registration): void {
  const { services, peers, guard, auth, beforeClients } = options;
  for (const route of routes) if (route.access === "open") app.route(openRoute(route, services));
  if (peers !== undefined) {
    for (const route of routes) if (route.access === "peer") app.route(peerRoute(route, peers));
  }
  app.register(async (scope) => {
    scope.addHook("onRequest", beforeClients);
    addAuth(scope, guard, auth);
    for (const route of routes) if (route.access === "key") scope.route(keyRoute(route, services, guard));
  });
}

function openRoute(route: ClientRoute, services: RouteServices): RouteOptions {
  return { ...targetOf(route, services), handler: route.handler(services) };
}

function keyRoute(route: ClientRoute, services: RouteServices, guard: Guard | undefined): RouteOptions {
  const { takesV1 = false } = route;
  return { ...openRoute(route, services), config: { takesV1, signedWith: signatureHeaders(guard, takesV1) } };
}

/** Its signature covers the body, unless the route checks the head of a request itself. */
function peerRoute(route: PeerRoute, services: PeerRouteServices): RouteOptions {
  const { cluster } = services;
  const { isIntroduction } = route;
  const options: RouteOptions = {
    ...targetOf(route, services),
    config: { signedWith: [v2Headers.signature] },
    handler: route.handler(services),
  };
  const onHead = route.onHead?.(services);
  if (onHead === undefined) {
    options.preHandler = (request, _reply, done) => {
      verifyPeer(cluster, request, bodyOf(request), isIntroduction);
      done();
    };
  } else {
    options.onRequest = (request, reply, done) => {
      onHead(request, reply);
      done();
    };
  }
  return options;
}

function targetOf({ method, path, bodyLimit }: Route, { config }: Pick<RouteServices, "config">) {
  return { method, url: path.replace(/\{(\w+)\}/g, ":$1"), bodyLimit: bodyLimit?.(config) };
}
