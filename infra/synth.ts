/** `npm run synth`: writes the manifests of a deployment. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { loadDeployment } from "../service/config/deploy/index.js";
import { ConfigError } from "../service/config/errors.js";
import { readSynthArguments, usage } from "./arguments.js";
import { synthesize } from "./synthesize.js";

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const problem of error.problems) console.error(`synth: ${problem}`);
  process.exitCode = 2;
}

function main(argv: string[]): void {
  const { targets, out, configFile, settings, isHelp } = readSynthArguments(argv);
  if (isHelp) {
    process.stdout.write(usage);
    return;
  }
  const cwd = process.cwd();
  const folder = resolve(cwd, out);
  const version = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string })
    .version;
  const { files, warnings } = synthesize(loadDeployment({ configFile, settings, cwd, version }), targets, folder);
  for (const warning of warnings) console.error(`synth: warning: ${warning}`);
  for (const { path, text } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`${relative(cwd, file)} written`);
  }
}
