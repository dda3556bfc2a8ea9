import { runSteps } from "../../base/scheduler.js";
import { mcpStdio } from "../../features/server/mcp-stdio.js";
import { writeLine } from "../../lib/files/data.js";
import { logErr } from "../../lib/terminal/log.js";
import { serveMcp } from "./mcp-http.js";
import { auditor, serverInfo, Tools } from "./mcp-tools.js";
import { type Pack, withShortcut } from "./pack.js";

/** `oJobMCP.yaml`: servers of the Model Context Protocol whose tools are jobs. */

const flag = "toBoolean.isBoolean.default(false)";
const common = {
  description: "isMap.default(__)",
  tplDesc: flag,
  toolPrefix: 'isString.default("")',
  fnsMeta: "isMap.default({})",
  fns: "isMap.default({})",
};
const auth =
  "authtoken authheader authscheme authrealm authchallenge authapiurl authapimethod authapitimeout authapicachettl";

export const mcp: Pack = {
  include: ["oJobHTTPd.yaml"],
  jobs: [
    {
      name: "HTTP MCP Server",
      typeArgs: withShortcut(
        "httpdMCP",
        "port",
        `description uri usestream debug tplDesc toolPrefix fnsMeta fns ${auth} audit`,
      ),
      help: "Offers jobs (fns: tool → job, fnsMeta: their descriptions) to MCP clients at a path of a server.",
      check: {
        in: { ...common, port: "isNumber", uri: 'isString.default("/mcp")', usestream: flag, debug: flag },
      },
      exec: serveMcp,
    },
    {
      name: "STDIO MCP Server",
      typeArgs: withShortcut("stdioMCP", "description", "debug tplDesc toolPrefix fnsMeta fns audit"),
      help: "Offers jobs to the MCP client at the standard input and output; debug: a file for what is said.",
      check: { in: { ...common, debug: "isString.default(__)" } },
      exec(args, _job, _id, engine) {
        const info = serverInfo(args, "rojob MCP server");
        const tools = new Tools(args, engine);
        // The standard output belongs to the client.
        const note = auditor(args, info, logErr);
        const functions: Record<string, (input: any) => unknown> = {};
        for (const { name } of tools.list())
          functions[name] = (input) => {
            const tool = tools.named(name)!;
            note(tool, input);
            const result = runSteps(tools.call(tool, input));
            if ("error" in result) throw new Error(result.error);
            return result.value;
          };
        const keep = args.debug === undefined ? undefined : logTo(args.debug);
        mcpStdio(info, tools.list(), functions, keep);
      },
    },
  ],
};

function logTo(file: string): (type: string, msg: unknown) => void {
  return (type, msg) => writeLine(file, { type, msg });
}
