import { expect, test } from "vitest";
import { accessNote } from "../../service/node/access-note.js";

const config = { PRIVATE: true, RUNONLY: false, HOSTS: undefined, LISTEN: "0.0.0.0" };

test("a node with any free port logs its port", () => {
  expect(accessNote(config, 45_123, { source: "kept" })).toContain("every program that reaches 0.0.0.0:45123 may run");
  expect(accessNote({ ...config, LISTEN: "::1" }, 45_123, { source: "kept" })).toContain("reaches [::1]:45123 may run");
});

test("it says which key lets clients and nodes in, and what they may run", () => {
  const note = accessNote({ ...config, PRIVATE: false, RUNONLY: true, HOSTS: "a.example" }, 8787, { source: "APIKEY" });
  expect(note).toContain("clients with the API key may run the jobs of RUN");
  expect(note).toContain("of nodes: those with the API key");
  expect(note).toContain("its own names and a.example");
});
