import { jobScope } from "../../base/job-scope.js";
import type { Steps } from "../../base/scheduler.js";
import { replyRedirect } from "../../features/httpd/replies.js";
import { check } from "../../lib/maps/sigil.js";
import { parseMD2HTML } from "../../lib/template/md-html.js";
import type { AnyMap, JobDefinition } from "../model/shapes.js";
import { codeOf } from "./code.js";
import { browseFiles } from "./file-browser.js";
import { healthReply, metricsReply } from "./http-metrics.js";
import { type Pack, type PackJob, withShortcut } from "./pack.js";
import { addService, applyRoutes, portOf, serverAt, startServer, stopServer, table } from "./services.js";
import { streamEvents } from "./sse.js";
import { takeUpload } from "./upload.js";

/** `oJobHTTPd.yaml`: an HTTP server whose paths are jobs. */

const auditing = "audit auditTemplate error";

/** The code of `execURI`, with what has to be done before it. */
function service(args: AnyMap, uri = "/", code: string = args.execURI ?? ""): Steps<void> {
  const port = portOf(args);
  const path = check(args.uri, "uri").isString().default(uri);
  const before = check(args.execPre, "execPre").isString().default(table("__ojobPreRoutes")[port]) ?? "";
  const run = codeOf(`${before};${code}`, "request, server, port, uri", `${path} at port ${port}`);
  return addService({ ...args, port, uri: path, answer: (request, server) => run(request, server, port, path) });
}

/** A job that answers for a path by itself. */
function answering(
  job: JobDefinition,
  uri: string,
  answer: (args: AnyMap) => (request: any, server: any) => unknown,
): PackJob {
  return {
    ...job,
    exec(args) {
      const path = check(args.uri, "uri").isString().default(uri);
      return addService({ ...args, port: portOf(args), uri: path, answer: answer({ ...args, uri: path }) });
    },
  };
}

const jobs: PackJob[] = [
  {
    name: "HTTP Start Server",
    typeArgs: withShortcut("httpdStart", "port", "hs keystore pass host uriPrefix cp mapLibs"),
    help: "Starts an HTTP server: port (8091), host (all addresses), hs (a server to use instead).",
    exec: startServer,
  },
  {
    name: "HTTP Apply Service",
    help: "Puts the routes of a port into force.",
    exec: (args) => applyRoutes(portOf(args)),
  },
  {
    name: "HTTP Stop Server",
    type: "shutdown",
    typeArgs: withShortcut("httpdStop", "port"),
    help: "Stops the server of a port when the run ends.",
    exec: stopServer,
  },
  {
    name: "HTTP Default Auth",
    typeArgs: withShortcut("httpdDefaultAuth", "port", "execAuth"),
    help: "Code to run before that of every service of a port: execAuth gets request and server.",
    exec(args) {
      table("__ojobPreRoutes")[portOf(args)] = check(args.execAuth, "execAuth").isString().$_();
    },
  },
  {
    name: "HTTP Service",
    typeArgs: withShortcut("httpdService", "port", `uri execURI ${auditing} execPre`),
    help: "Code that answers for a path: execURI gets request, server, port and uri.",
    exec: (args) => service(args),
  },
  answering(
    {
      name: "HTTP Default",
      typeArgs: withShortcut("httpdDefault", "port", `uri code ${auditing}`),
      help: "Answers a path, and all below it that has no service, with an empty reply of status code (401).",
    },
    "/",
    ({ code }) => {
      const status = check(code, "code").isNumber().default(401);
      return () => ({ data: "", mimetype: "text/plain", status: Number(status), header: {} });
    },
  ),
  answering(
    {
      name: "HTTP Redirect",
      typeArgs: withShortcut("httpdRedirect", "port", `uri targetURI code ${auditing}`),
      help: "Redirects requests for a path to targetURI.",
    },
    "/",
    ({ targetURI }) => {
      const target = check(targetURI, "targetURI").isString().$_();
      return (_request, server) => replyRedirect(server, target, {});
    },
  ),
  answering(
    {
      name: "HTTP Upload",
      typeArgs: withShortcut("httpdUpload", "port", `uri path execURI ${auditing}`),
      help: "Takes files into the folder path; execURI may answer first, by returning something.",
    },
    "/upload",
    takeUpload,
  ),
  {
    name: "HTTP Healthz",
    typeArgs: withShortcut("httpdHealthz", "port", "uri path healthz openmetrics"),
    help: "Answers with all metrics, as JSON or in the form of OpenMetrics; healthz: code to answer instead.",
    exec(args) {
      if (args.healthz !== undefined) return service(args, "/healthz", check(args.healthz, "healthz").isString().$_());
      const uri = check(args.uri, "uri").isString().default("/healthz");
      return addService({ ...args, port: portOf(args), uri, answer: () => healthReply(args.openmetrics) });
    },
  },
  {
    name: "HTTP Metrics",
    typeArgs: withShortcut("httpdMetrics", "port", "uri metrics prefix helpmap"),
    help: "Answers with metrics in the form of OpenMetrics (?s=a,b: only those); metrics: code to answer instead.",
    exec(args) {
      if (args.metrics !== undefined) return service(args, "/metrics", check(args.metrics, "metrics").isString().$_());
      const uri = check(args.uri, "uri").isString().default("/metrics");
      const { prefix, helpmap } = args;
      return addService({
        ...args,
        port: portOf(args),
        uri,
        answer: ({ params }) => metricsReply(params.s, prefix, helpmap),
      });
    },
  },
  {
    name: "HTTP Add Metric",
    typeArgs: withShortcut("httpdAddMetric", "metric", "fn"),
    help: "Adds a metric: its name, and code that returns a map.",
    exec(args) {
      const name = check(args.metric, "metric").$_();
      jobScope.ow.metrics.add(name, new jobScope.Function(check(args.fn, "fn").$_()));
    },
  },
  answering(
    {
      name: "HTTP markdown",
      typeArgs: withShortcut("httpdMD", "port", "uri md"),
      help: "Answers with Markdown (md) as a page.",
    },
    "/",
    ({ md }) => {
      const text = check(md, "md").isString().$_();
      return (_request, server) => server.replyOKHTML(parseMD2HTML(text, true));
    },
  ),
  answering(
    {
      name: "HTTP Classical File Browse",
      typeArgs: withShortcut("httpdClassicFileBrowse", "port", "uri path"),
      help: "Lists a folder and gives its files as they are.",
    },
    "/",
    (args) => browseFiles({ ...args, path: check(args.path, "path").isString().$_(), isPlain: true }),
  ),
  answering(
    {
      name: "HTTP File Browse",
      typeArgs: withShortcut("httpdFileBrowse", "port", "uri path browse default logo restrict incURI sortTab"),
      help: "Lists a folder; Markdown, code and data are shown as pages (?raw=true: as they are).",
      check: { in: { path: 'isString.default(".")', browse: "toBoolean.isBoolean.default(true)" } },
    },
    "/",
    browseFiles,
  ),
  {
    name: "HTTP SSE Service",
    typeArgs: withShortcut("httpdSSE", "port", `uri execSSE ${auditing} execPre`),
    help: "Code that answers with events: execSSE gets writer (write(event, data), close()) and request.",
    exec(args) {
      const port = portOf(args);
      const uri = check(args.uri, "uri").isString().default("/sse");
      const before = check(args.execPre, "execPre").isString().default(table("__ojobPreRoutes")[port]) ?? "";
      const code = `${before};${check(args.execSSE, "execSSE").isString().$_()}`;
      const run = codeOf(code, "writer, request, server, port, uri", `${uri} at port ${port}`);
      return addService({
        ...args,
        port,
        uri,
        answer: (request) => streamEvents((writer) => run(writer, request, serverAt(port), port, uri), args.error),
      });
    },
  },
];

export const httpd: Pack = { jobs };
