import { describe, expect, it } from "vitest";
import { templify } from "../../../service/runtime/lib/template/template.js";
import { addHelper, addPartial, removeHelper } from "../../../service/runtime/lib/template/templates.js";

describe("templates", () => {
  it("escape for HTML unless told otherwise", () => {
    expect(templify("{{a}} {{{a}}}", { a: "<b>" })).toBe("&lt;b&gt; <b>");
  });

  it("know the comparing helpers in blocks and expressions", () => {
    expect(templify("{{#if ($gt a 4)}}{{a}}{{/if}}", { a: 5 })).toBe("5");
    expect(templify("{{#$compare a '==' '5'}}Y{{else}}N{{/$compare}}", { a: 5 })).toBe("Y");
    expect(() => templify("{{#$compare a '~' 1}}{{/$compare}}", { a: 5 })).toThrow("Invalid operator: `~`");
  });

  it("use helpers and partials of the job, until they are taken away", () => {
    addHelper("shout", (text: string) => `${text}!`);
    addPartial("row", "<{{shout n}}>");
    expect(templify("{{> row n=1}}", {})).toBe("<1!>");
    removeHelper("shout");
    expect(() => templify("{{shout n}} again", {})).toThrow('Missing helper: "shout"');
  });

  it("return texts without tags untouched and nothing for nothing", () => {
    expect(templify("plain \\ text", {})).toBe("plain \\ text");
    expect(templify(undefined, {})).toBe("");
  });
});
