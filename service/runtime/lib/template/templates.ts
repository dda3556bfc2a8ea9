/// <reference path="./handlebars.d.ts" />
import handlebars from "handlebars/dist/handlebars.js";
import { bundledHelper } from "./helpers.js";

/**
 * The run's Handlebars: compiled templates are kept, and of the some hundred bundled helpers only those a template
 * names are registered, since Handlebars wraps every registered one at each call.
 */
export type TemplateFunction = (data: unknown) => string;

let made: any;
const compiled = new Map<string, TemplateFunction>();
const removed = new Set<string>();
const maxCompiled = 500;

export function engine(): any {
  return (made ??= handlebars.create());
}

/** @throws Error for bad syntax when the template is first used */
export function compileTemplate(source: string): TemplateFunction {
  let template = compiled.get(source);
  if (template === undefined) {
    useHelpersOf(source);
    template = engine().compile(source) as TemplateFunction;
    if (compiled.size >= maxCompiled) compiled.clear();
    compiled.set(source, template);
  }
  return template;
}

/** The text of a specification that {@link templateOf} makes a function of. */
export function precompileTemplate(source: string, options?: any): string {
  useHelpersOf(source);
  return String(engine().precompile(source, options));
}

export function templateOf(specification: unknown): TemplateFunction {
  return engine().template(specification);
}

export function addHelper(name: string, helper: unknown): void {
  removed.delete(name);
  engine().registerHelper(name, helper);
}

export function removeHelper(name: string): void {
  removed.add(name);
  engine().unregisterHelper(name);
}

export function addPartial(name: string, source: string): void {
  if (typeof source === "string") useHelpersOf(source);
  engine().registerPartial(name, source);
}

export function removePartial(name: string): void {
  engine().unregisterPartial(name);
}

/** Registers the bundled helpers whose names stand in the text. */
function useHelpersOf(source: string): void {
  const { helpers } = engine();
  for (const [name] of source.matchAll(/\$\$|[$\w]+/g)) {
    if (name in helpers || removed.has(name)) continue;
    const helper = bundledHelper(name);
    if (helper !== undefined) engine().registerHelper(name, helper);
  }
}
