import { jobScope } from "../../base/job-scope.js";
import { runSteps, type Steps } from "../../base/scheduler.js";
import { textOf } from "../../base/values/thrown.js";
import { toBoolean } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { restReply } from "../../features/httpd/rest-reply.js";
import { add as addMetric } from "../../features/metrics/registry.js";
import { check } from "../../lib/maps/sigil.js";
import { logErr } from "../../lib/terminal/log.js";
import type { AnyMap } from "../model/shapes.js";
import { codeOf } from "./code.js";
import { healthReply, metricsReply } from "./http-metrics.js";
import type { Pack } from "./pack.js";
import { docService } from "./rest-docs.js";
import { addService, applyRoutes, portOf, startServer, stopServer, table } from "./services.js";

/** `oJobRest.yaml`: paths that answer the four verbs with what code in args gives. */

/** Requests of each path, by port: part of the metrics. */
const counters = new Map<string, { uri: string; start: number; err: number; end: number; sum: number }>();
const documents: Record<string, AnyMap> = {};

function restService(args: AnyMap): Steps<void> {
  const port = portOf(args);
  const uri: string = args.uri ?? "/rest";
  if (args.docGET ?? args.docPOST ?? args.docPUT ?? args.docDELETE)
    documents[`${port} ${uri}`] = { get: args.docGET, post: args.docPOST, put: args.docPUT, delete: args.docDELETE };
  const isExplained = args.error === undefined || toBoolean(args.error);
  const made = (verb: string, parameters: string): ((...given: any[]) => any) => {
    const run = codeOf(args[`exec${verb}`] ?? "", parameters, `${verb} ${uri} at port ${port}`);
    return (...given) => {
      try {
        return runSteps(run(...given));
      } catch (error) {
        if (!isExplained) throw error;
        logErr(`REST ${verb} ${uri}: ${textOf(error)}`);
        const failure = { __error: textOf(error) };
        return args.returnWithParams ? { data: failure, status: 500, mimetype: "application/json" } : failure;
      }
    };
  };
  const verbs = {
    post: made("POST", "idxs, data, request"),
    get: made("GET", "idxs, request"),
    put: made("PUT", "idxs, data, request"),
    remove: made("DELETE", "idxs, request"),
  };
  const counter = { uri, start: 0, err: 0, end: 0, sum: 0 };
  counters.set(`${port} ${uri}`, counter);
  return addService({
    ...args,
    port,
    uri,
    error: false,
    answer(request) {
      counter.start++;
      const startMs = world.host.clock.nowMs();
      const { post, get, put, remove } = verbs;
      const reply = restReply(uri, request, post, get, put, remove, args.returnWithParams, undefined, args.returnHTML);
      counter.sum += world.host.clock.nowMs() - startMs;
      if (String(reply.data).startsWith('{"__error":')) counter.err++;
      else counter.end++;
      return reply;
    },
  });
}

const auditing = "audit auditTemplate error";
const serviceArgs = `uri execGET execPOST execPUT execDELETE returnWithParams returnHTML ${auditing} docGET docPOST docPUT docDELETE`;

/** Code of the args, or what this engine answers. */
function restAnswer(args: AnyMap, path: string, code: unknown, answer: (names: unknown) => unknown): Steps<void> {
  const uri = check(args.uri, "uri").isString().default(path);
  addMetric("oJobRest", () =>
    [...counters.values()].map((one) => ({ ...one, avg: one.sum / Math.max(1, one.end + one.err) })),
  );
  if (code !== undefined) return restService({ ...args, uri, execGET: code, returnWithParams: !args.openmetrics });
  const wanted = ({ params }: AnyMap): unknown => params.s;
  return addService({ ...args, port: portOf(args), uri, answer: (request) => answer(wanted(request)) });
}

function listServices(args: AnyMap): Steps<void> {
  const port = portOf(args);
  const uri = check(args.uri, "uri").isString().default("/");
  const key = check(args.list, "list").isString().default("paths");
  const isLibrary = /^\/(fonts|css|js)\//;
  const withLibraries = args.excludeLibs === false;
  return addService({
    ...args,
    port,
    uri,
    answer: () => ({
      data: JSON.stringify({
        ...args.stamp,
        [key]: Object.keys(table("__ojobRoutes")[port]).filter(
          (path) => path.startsWith(uri) && (withLibraries || !isLibrary.test(path)),
        ),
      }),
      mimetype: "application/json",
      status: 200,
    }),
  });
}

export const rest: Pack = {
  jobs: [
    { name: "REST Start Server", help: "Starts an HTTP server: port (8091), host, hs.", exec: startServer },
    {
      name: "REST Apply Service",
      help: "Puts the routes of a port into force.",
      exec: (args) => applyRoutes(portOf(args)),
    },
    { name: "REST Stop Server", type: "shutdown", help: "Stops the server when the run ends.", exec: stopServer },
    {
      name: "REST List Services",
      uses: `uri list stamp excludeLibs ${auditing}`,
      help: "Answers with the paths below uri (/).",
      exec: listServices,
    },
    {
      name: "REST Doc Service",
      uses: `uri docURI docPort template title justJson ${auditing}`,
      help: "Shows the documentation of docURI as a page.",
      exec: (args) => docService(args, documents),
    },
    {
      name: "REST Service",
      uses: serviceArgs,
      help: "execGET and execDELETE get idxs, execPOST and execPUT idxs and data; what they return is the answer.",
      exec: restService,
    },
    {
      name: "REST Healthz",
      uses: `uri healthz openmetrics ${auditing}`,
      help: "Answers with all metrics; healthz: code to answer instead.",
      exec: (args) => restAnswer(args, "/healthz", args.healthz, () => healthReply(args.openmetrics)),
    },
    {
      name: "REST Metrics",
      uses: `uri metrics prefix helpmap ${auditing}`,
      help: "Answers with metrics in the form of OpenMetrics; metrics: code to answer instead.",
      exec: (args) =>
        restAnswer(args, "/metrics", args.metrics, (names) =>
          metricsReply(names, args.prefix ?? "metrics", args.helpmap),
        ),
    },
    {
      name: "REST Add Metric",
      help: "Adds a metric: its name, and code that returns a map.",
      exec(args) {
        addMetric(check(args.metric, "metric").$_(), new jobScope.Function(check(args.fn, "fn").$_()));
      },
    },
  ],
};
