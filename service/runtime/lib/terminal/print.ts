import { world } from "../../base/world.js";
import { beautifier, stringify } from "../data/json.js";
import { toColouredSlon, toSlon } from "../data/slon.js";
import { toYAML, toYaml } from "../data/yaml.js";
import { templify } from "../template/template.js";
import { colorify } from "./colorify.js";

/**
 * The print family: a form (`s` JSON, `y` YAML, `l` SLON, `b` beautified, `c` coloured JSON, `t` template, none as it is)
 * for each of `print`, `printnl` (no line end), `printErr` and `printErrnl`.
 */
type Form = (...args: any[]) => unknown;

const forms: Record<string, Form> = {
  "": (value: unknown) => value,
  s: (value, space = "  ") => stringify(value, undefined, space),
  y: (value, multi, sanitize, colour) => (colour ? toYAML(value, multi, sanitize, colour) : toYaml(value, multi)),
  l: (value, isColoured) => (isColoured ? toColouredSlon(value) : toSlon(value)),
  b: (value) => beautifier(value),
  c: (value) => colorify(value),
  t: (template, data) => templify(template, data),
};

const ends: [name: string, stream: 1 | 2, lineEnd: string][] = [
  ["print", 1, "\n"],
  ["printnl", 1, ""],
  ["printErr", 2, "\n"],
  ["printErrnl", 2, ""],
];

function printer(form: Form, stream: 1 | 2, lineEnd: string): Form {
  return (...args) => {
    const text = form(...args);
    world.host.output.write(stream, `${text === undefined ? "" : text}${lineEnd}`);
  };
}

export const print = printer(forms[""]!, 1, "\n");
export const printErr = printer(forms[""]!, 2, "\n");

export const made: Record<string, Form> = {};
for (const form of ["", "s", "y", "l", "b", "c", "t"])
  for (const [name, stream, lineEnd] of ends) made[form + name] = printer(forms[form]!, stream, lineEnd);

/** Has no meaning where there is no screen. */
export const ignored = () => undefined;
