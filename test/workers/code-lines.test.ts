import { expect, test } from "vitest";
import { parseDocument } from "../../service/workers/parse-document.js";

const linesOf = (text: string): Record<string, number> => JSON.parse(parseDocument(text, "a.yaml")).lines;

test("code has the line at which its text begins, and others have none", () => {
  expect(
    linesOf(`jobs:
- name: A
  exec: |
    one
- name: B
  # a comment
  exec: >-
    folded
    text
- { name: C, exec: "three", deps: [ { name: A, onFail: !!str four } ] }
- name: D
  exec: 'over
    two lines'
  text: |
    no code, but several
    lines
  other: one line
`),
  ).toEqual({
    "/jobs/0/exec": 4,
    "/jobs/1/exec": -8,
    "/jobs/2/exec": 10,
    "/jobs/2/deps/0/onFail": 10,
    "/jobs/3/exec": 12,
    "/jobs/3/text": 15,
  });
});

test("an alias of a text has the line of its anchor; below an alias of a map are the lines of the anchor only", () => {
  expect(
    linesOf(`jobs:
- &first
  name: A
  exec: &code |
    one
- name: B
  exec: *code
- *first
- <<: *first
  name: C
2: *first
`),
  ).toEqual({ "/jobs/0/exec": 5, "/jobs/1/exec": 5 });
});

test("keys with signs of a pointer, keys without values, and documents that are no maps", () => {
  expect(linesOf('a/b~c:\n  exec: "x"\nempty:\nlast: { exec: y }')).toEqual({ "/a~1b~0c/exec": 2, "/last/exec": 4 });
  expect(linesOf("- exec: x\n-\n- - exec: y")).toEqual({ "/0/exec": 1, "/2/0/exec": 3 });
  expect([linesOf("just a text"), linesOf("")]).toEqual([{}, {}]);
});
