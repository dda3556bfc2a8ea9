/**
 * Writes what comes from the code: of the option schema the README's table, the JSON Schema and the example of the config
 * file, and the sample deployments; of the runtime the table of its functions; of the commands their list and reference; of the routes their description and table.
 * `tsx tools/generate.ts [--check]`; with `--check` nothing is written and stale files end in exit code 1.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readVersion } from "../service/base/version.js";
import { exampleConfigFile } from "../service/config/generated/example.js";
import { configFileSchema } from "../service/config/generated/json-schema.js";
import { withOptionsTable } from "../service/config/generated/readme.js";
import { openApiDocument } from "../service/http/openapi/index.js";
import { routes } from "../service/http/routes/index.js";
import { commandListModule, withCommands } from "./command-documents.js";
import { withQueueKinds, withSourceKinds } from "./kind-documents.js";
import { withRoutes } from "./route-document.js";
import { samples } from "./samples.js";
import { scopeDocument } from "./scope-document.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isCheck = process.argv.includes("--check");

const artefacts: Record<string, (old: string) => string | Promise<string>> = {
  "README.md": withOptionsTable,
  "rojob.schema.json": () => `${JSON.stringify(configFileSchema(), undefined, 2)}\n`,
  "rojob.config.example.yaml": exampleConfigFile,
  "openapi.json": () => `${JSON.stringify(openApiDocument(routes, readVersion()), undefined, 2)}\n`,
  "docs/openaf-scope.md": scopeDocument,
  "docs/cli.md": withCommands,
  "docs/http-api.md": withRoutes,
  "docs/queues.md": withQueueKinds,
  "docs/cluster.md": withSourceKinds,
  "service/cli/command-list.ts": commandListModule,
  ...Object.fromEntries(Object.entries(samples(root)).map(([name, text]) => [name, () => text])),
};

for (const [name, generate] of Object.entries(artefacts)) {
  const file = join(root, name);
  const old = existsSync(file) ? readFileSync(file, "utf8") : "";
  const fresh = await generate(old);
  if (fresh === old) continue;
  if (isCheck) {
    console.error(`${name} is stale: run \`npm run generate\``);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, fresh);
    console.log(`${name} written`);
  }
}
