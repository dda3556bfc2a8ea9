import { createHash } from "node:crypto";
import { ServiceError } from "../base/errors.js";
import type { RawArgs } from "../base/json/raw-json.js";
import { Lru } from "../base/lru.js";
import type { RunSettings } from "../model/runs.js";
import { checkDocument } from "./document-check.js";
import { parseJson, parseText, type TextFormat } from "./parse-text.js";
import { readRojobSection } from "./rojob-section.js";
import { isMap, nameOf } from "./values.js";

/** An oJob for the HTTP side: its text goes to the worker, which parses it itself. */
export interface OJobSource {
  /** Its top-level `args`. Shared between runs: never change it. */
  readonly args: Args;
  readonly rojob: RunSettings;
}

type Args = Readonly<Record<string, unknown>> | RawArgs;
/** An oJob parsed here has its arguments as a map. */
type ParsedSource = OJobSource & { readonly args: Readonly<Record<string, unknown>> };

const MAX_ENTRIES = 1000;
/** Characters of the cached texts. */
const MAX_CHARACTERS = 32_000_000;

/** Parses oJobs, each text once. */
export class OJobSources {
  private readonly known = new Lru<ParsedSource>(MAX_ENTRIES, MAX_CHARACTERS);

  /**
   * @param file its name in messages
   * @throws ServiceError `bad_yaml`, `bad_json`, `document_too_big`, `document_is_circular`, `forbidden_key`,
   *   `not_an_ojob`, `bad_args`, `bad_rojob_section`, `unknown_rojob_key`
   */
  parse(text: string, format: TextFormat, file: string): ParsedSource {
    const key = keyOf(text, format);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const source = readOJob(parseText(text, format, file), file, text.length);
    this.known.set(key, source, text.length);
    return source;
  }

  /** The cached result for a text that was parsed before. */
  find(text: string, format: TextFormat): ParsedSource | undefined {
    return this.known.get(keyOf(text, format));
  }
}

function keyOf(text: string, format: TextFormat): string {
  return createHash("sha256").update(text).digest("base64") + format;
}

/**
 * The parts of a parsed document that the node needs.
 * @param length characters of the text it was parsed from
 * @throws ServiceError as {@link OJobSources.parse}
 */
export function readOJob(document: unknown, file: string, length: number): ParsedSource {
  if (!isMap(document)) throw new ServiceError("not_an_ojob", { file, what: `it is ${nameOf(document)}` });
  checkDocument(document, file, length);
  for (const key of ["jobs", "todo"]) {
    const value = document[key];
    if (value !== undefined && value !== null && !Array.isArray(value)) {
      throw new ServiceError("not_an_ojob", { file, what: `'${key}' is ${nameOf(value)}` });
    }
  }
  if (!["jobs", "todo", "include", "jobsInclude"].some((key) => Object.hasOwn(document, key))) {
    throw new ServiceError("not_an_ojob", { file, what: "it has neither 'jobs' nor 'todo'" });
  }
  return { args: readArgs(document.args, file), rojob: readRojobSection(document.rojob, file) };
}

/**
 * Arguments as a map, or as a text holding a JSON map; nothing and an empty text are no arguments.
 * @throws ServiceError `bad_args`, `bad_json`, `forbidden_key`
 */
export function readArgs(args: unknown, file: string): Record<string, unknown> {
  if (args === undefined || args === null || args === "") return {};
  if (isMap(args)) return args;
  if (typeof args === "string" && args.trimStart().startsWith("{")) {
    const parsed = parseJson(args, `${file}, 'args'`);
    checkDocument(parsed, `${file}, 'args'`, args.length);
    if (isMap(parsed)) return parsed;
  }
  throw new ServiceError("bad_args", { file, found: nameOf(args) });
}
