import type { FastifyReply, FastifyRequest } from "fastify";
import type { ErrorCode } from "../base/errors.js";
import type { HttpConfig } from "./options.js";
import type { PeerRouteServices, RouteServices } from "./services.js";

/**
 * A route as a value: the node registers it, openapi.json and docs/http-api.md describe it, and the tests of all routes walk
 * it. The entry of a route is all there is of it; `routes/index.ts` lists the entries.
 */
export type Route = ClientRoute | PeerRoute;

/** Answers a request. */
export type Handler = (
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply | Promise<FastifyReply | undefined>;

interface Served<Services> {
  method: "GET" | "POST" | "DELETE";
  /** Parameters as in OpenAPI: `/v1/runs/{uuid}`. */
  path: string;
  /** One line without a full stop. */
  summary: string;
  /** Largest size of the body, bytes; without it SMALL_BODY. */
  bodyLimit?(config: HttpConfig): number;
  /** Called once for each node: whatever a request does not change is resolved here. */
  handler(services: Services): Handler;
}

/** A route for clients; openapi.json describes it. */
export interface ClientRoute extends Served<RouteServices>, Operation {
  /** `key`: with the APIKEY, the token of a run, or a signature; `open`: without credentials. */
  access: "key" | "open";
  /** Accepts signatures of version 1, those of existing clients. */
  takesV1?: true;
}

/** A route that only the nodes of a cluster use, signed with its key; openapi.json omits it. */
export interface PeerRoute extends Served<PeerRouteServices> {
  access: "peer";
  /** Accepts a request for any node of a cluster: the caller does not know which one this is. */
  isIntroduction?: true;
  /** Called once for each node; checks the head of a request, signature included, before its body arrives. */
  onHead?(services: PeerRouteServices): (request: FastifyRequest, reply: FastifyReply) => void;
}

/** The description of a route for clients, as far as it is particular to that route. */
export interface Operation {
  id: string;
  tag: "runs" | "nodes" | "health" | "compatible";
  description?: string;
  parameters?: readonly Parameter[];
  body?: Body;
  /** By status. */
  replies: Readonly<Record<number, Reply>>;
  /** Codes of the error table it may refuse with, besides those that follow from its access, body and query. */
  problems?: readonly ErrorCode[];
  /** Requests that work, with their replies. openapi.json shows them, and a test sends them. */
  examples: readonly [Example, ...Example[]];
}

export interface Example {
  /** One line without a full stop. */
  summary: string;
  /** State of the run in the path: the request needs a run in this state. */
  run?: "ended" | "failed" | "running";
  /** Values of parameters of the query. */
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Sent as it is if it is a text, else as JSON. */
  body?: unknown;
  status: number;
  /** A text, or a value of JSON; absent if the reply has no body. */
  reply?: unknown;
}

/** A JSON Schema, or another object of OpenAPI. */
export type Schema = Record<string, unknown>;
/** By media type. */
export type Content = Record<string, Schema>;

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  description: string;
  schema: Schema;
  /** `form` with `explode`: each property of the map is a parameter of the query. */
  style?: "form";
  explode?: true;
}

export interface Body {
  description: string;
  content: Content;
}

export interface Reply {
  description: string;
  content?: Content;
  /** Name → description. */
  headers?: Record<string, string>;
}
