import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import { stringify } from "../../lib/data/json.js";
import { toYAML } from "../../lib/data/yaml.js";
import { writeText } from "../../lib/files/text.js";
import { check } from "../../lib/maps/sigil.js";
import { testPort } from "../../lib/net/net.js";
import { parseHBS } from "../../lib/template/template.js";
import { addHelper } from "../../lib/template/templates.js";
import { print } from "../../lib/terminal/print.js";
import type { AnyMap } from "../model/shapes.js";
import type { Pack } from "./pack.js";

/** Packs of two or three jobs. */

function fillFile(args: AnyMap): string {
  return parseHBS(check(args.template, "template").isString().$_(), args.data);
}

/** `oJobHBS.yaml`: templates. */
export const templates: Pack = {
  jobs: [
    {
      name: "oJob HBS Add helpers",
      exec() {
        addHelper("debug", (value: unknown) => print(stringify(value)));
        addHelper("stringify", (value: unknown) => stringify(value));
        addHelper("stringifyInLine", (value: unknown) => stringify(value, undefined, ""));
        addHelper("toYAML", (value: unknown) => toYAML(value));
        addHelper("env", (name: string) => world.host.process.env(name));
        addHelper("escape", (text: string) => text.replace(/['"]/g, "\\$&"));
      },
    },
    {
      name: "oJob HBS file",
      exec(args) {
        const target = check(args.target, "target").isString().$_();
        writeText(target, fillFile(args));
        if (!args.quiet) jobScope.log(`Wrote '${target}' based on '${args.template}'`);
      },
    },
    {
      name: "oJob HBS",
      exec(args) {
        args.output = fillFile(args);
      },
    },
  ],
};

/** `oJobNet.yaml`: is a TCP port open? The answers are in `args.__netPortTest[host][port]`. */
export const net: Pack = {
  jobs: [
    {
      name: "NET Port test",
      exec(args) {
        const host = check(args.host, "host").isString().$_();
        const port = check(args.port, "port").isNumber().$_();
        const answers = ((args.__netPortTest ??= {})[host] ??= {});
        answers[port] = testPort(host, Number(port), args.timeout);
      },
    },
  ],
};
