import { jobScope } from "../../base/job-scope.js";
import { textOf } from "../../base/values/thrown.js";
import { isMap } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { decryptIfPossible } from "../../lib/bytes/crypto.js";
import { jsonParse, stringify } from "../../lib/data/json.js";
import { fromJsSlon } from "../../lib/data/slon.js";
import { setPath } from "../../lib/maps/sigil/paths.js";
import { $set } from "../../lib/maps/store.js";
import type { AnyMap } from "../model/shapes.js";
import type { Builtin } from "./builtin.js";
import { keyed } from "./shared.js";
import { quiet } from "./shortcut.js";

/** Address and settings of a model. */
interface Model {
  /** Without the path of the API. */
  url: string;
  model: string;
  key?: string;
  temperature: number;
  timeoutMs: number;
  headers: AnyMap;
  /** More fields of the request. */
  params: AnyMap;
}

/** Defaults of the services that speak the protocol of OpenAI's chat completions. */
const services: Record<string, { url: string; model?: string; needsKey: boolean }> = {
  openai: { url: "https://api.openai.com", model: "gpt-3.5-turbo", needsKey: true },
  ollama: { url: "http://localhost:11434", needsKey: false },
};
const TEMPERATURE = 0.7;
const TIMEOUT_MS = 15 * 60_000;
const VARIABLE = "OAF_MODEL";

const models = {
  context: "__llmContext",
  inPath: "__llmInPath",
  outPath: "__llmOutPath",
  options: "__llmOptions",
  inKey: "__llmInKey",
  env: "__llmEnv",
  debug: "__llmDebug",
};

/** `ojob llm`: asks a language model, and keeps the JSON of its answer. */
export const llm: Builtin = {
  name: "ojob llm",
  precedence: 350,
  shortcuts: [quiet("llm", "__llmPrompt", models)],
  typeArgs: { noLog: true },
  check: {
    __llmContext: "isString.default(__)",
    __llmInKey: 'isString.default("args")',
    __llmInPath: "isString.default(__)",
    __llmEnv: 'isString.default("OJOB_MODEL")',
    __llmOptions: "isMap.default(__)",
    __llmOutPath: "isString.default(__)",
    __llmPrompt: "isString",
    __llmDebug: "isBoolean.default(false)",
  },
  exec(args) {
    try {
      const answer = askModel(modelOf(args), messagesOf(args));
      if (args.__llmDebug) jobScope.print(`DEBUG | Result data:\n${stringify(answer)}`);
      if (args.__llmOutPath === undefined) $set("res", answer);
      else setPath(args, args.__llmOutPath, answer);
    } catch (error) {
      throw `Error on LLM: ${textOf(error)}`;
    }
  },
};

/** @throws text that says what is missing or not supported */
function modelOf(args: AnyMap): Model {
  const text = world.host.process.env(args.__llmEnv) ?? world.host.process.env(VARIABLE);
  const options = args.__llmOptions ?? (text === undefined ? undefined : fromJsSlon(text));
  if (!isMap(options))
    throw `no model: give options ({ type, url, model, key }), or set the environment variable ${args.__llmEnv} or ${VARIABLE} to them as JSON or SLON`;
  const type = String(options.type ?? "openai");
  const service = Object.hasOwn(services, type) ? services[type] : undefined;
  if (service === undefined)
    throw `models of type '${type}' are not available in the embedded engine: use one of ${Object.keys(services).join(", ")}`;
  if (service.needsKey && options.key === undefined && options.url === undefined)
    throw `options.key is missing: the service at ${service.url} needs one`;
  const model = options.model ?? service.model;
  if (model === undefined) throw `options.model is missing: name the model of ${type} to ask`;
  return {
    url: options.url ?? service.url,
    model,
    key: options.key === undefined ? undefined : decryptIfPossible(options.key),
    temperature: options.temperature ?? TEMPERATURE,
    timeoutMs: options.timeout ?? TIMEOUT_MS,
    headers: options.headers ?? {},
    params: options.params ?? {},
  };
}

function messagesOf(args: AnyMap): { role: string; content: string }[] {
  const messages = [{ role: "system", content: "Answer with one valid JSON value and nothing else." }];
  const data = args.__llmInPath === undefined ? undefined : keyed(args, args.__llmInKey, args.__llmInPath);
  if (args.__llmDebug && args.__llmInPath !== undefined) jobScope.print(`DEBUG | Input data:\n${stringify(data)}`);
  if (data !== undefined && data !== null) {
    const content = `${args.__llmContext ?? "a JSON input data"}: ${stringify(data, undefined, "")}`;
    messages.push({ role: "user", content });
  }
  messages.push({ role: "user", content: args.__llmPrompt });
  return messages;
}

/** @throws text when the service refuses, or answers with something else than a chat completion */
function askModel(model: Model, messages: object[]): any {
  const requestHeaders = {
    ...(model.key === undefined ? {} : { Authorization: `Bearer ${model.key}` }),
    ...model.headers,
  };
  const base = model.url.replace(/\/+$/, "").replace(/\/v1$/, "");
  const reply = jobScope.$rest({ requestHeaders, timeout: model.timeoutMs }).post(`${base}/v1/chat/completions`, {
    model: model.model,
    temperature: model.temperature,
    messages,
    response_format: { type: "json_object" },
    ...model.params,
  });
  const content = reply?.choices?.[0]?.message?.content;
  if (typeof content !== "string")
    throw `${base} gave no completion: ${stringify(reply?.error ?? reply, undefined, "")}`;
  return jsonParse(content, true, false, true);
}
