import { loadConfig, MASK, type OptionName, optionNames, optionSpec } from "../config/index.js";
import { formatValue } from "../config/parse.js";
import { type Command, exitCodes } from "./command.js";

/** `rojob config`: what a node started the same way would use. */
export const config: Command = {
  help: () => `Usage: rojob config [--json] [NAME=value…]

Shows the options a node would start with and where each comes from: argument, environment, file or default.
Takes the same options as \`rojob start\`. Secrets are masked.

  --json    one JSON object: option → { value, origin }
`,

  async run(argv) {
    const isJson = argv.includes("--json");
    const loaded = loadConfig({ argv: argv.filter((argument) => argument !== "--json") });
    const rows = optionNames.map((name) => ({
      name,
      value: shown(name, loaded.config[name]),
      origin: loaded.origins[name].text,
    }));
    if (isJson) {
      const byName = Object.fromEntries(
        rows.map(({ name, value, origin }) => [name, { value: value ?? null, origin }]),
      );
      process.stdout.write(`${JSON.stringify(byName, undefined, 2)}\n`);
    } else {
      const texts = rows.map(({ name, value }) => (value === undefined ? "-" : formatValue(optionSpec(name), value)));
      const width = Math.max(...texts.map((text) => text.length));
      for (const [index, { name, origin }] of rows.entries()) {
        process.stdout.write(`${name.padEnd(16)}${texts[index]!.padEnd(width + 2)}${origin}\n`);
      }
    }
    for (const warning of loaded.warnings) process.stderr.write(`rojob config: warning: ${warning}\n`);
    return exitCodes.ok;
  },
};

function shown(name: OptionName, value: string | number | boolean | undefined): string | number | boolean | undefined {
  return value !== undefined && optionSpec(name).secret ? MASK : value;
}
