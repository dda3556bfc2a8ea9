import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { healthCheck, USER, workFolder } from "../../infra/deployment-plan.js";
import { RECOMMENDED_NODE } from "../../service/cli/node-version.js";

const text = readFileSync(join(import.meta.dirname, "../../Dockerfile"), "utf8");
const stages = new Map(
  text
    .split(/^(?=FROM )/m)
    .slice(1)
    .map((stage) => [/ AS (\S+)/.exec(stage)![1]!, stage]),
);

test("the image is built in stages: base, program, what runs; the last one is the default", () => {
  expect([...stages.keys()]).toEqual(["base", "build", "openaf", "rojob"]);
  expect(text).toMatch(new RegExp(`^ARG BASE=node:${RECOMMENDED_NODE}-[a-z]+-slim$`, "m"));
  expect(stages.get("base")).toMatch(/python3 tini/);
  expect(stages.get("openaf")).toContain("FROM ${OPENAF}");
});

describe.each(["rojob", "openaf"])("stage %s", (name) => {
  const stage = stages.get(name)!;

  test("has what the manifests count on", () => {
    expect(stage).toContain(`USER ${USER}:${USER}`);
    expect(stage).toContain(`VOLUME ${workFolder}`);
    expect(stage).toContain("WORKDIR /rojob");
    expect(stage).toMatch(/ENV CONTAINER=true/);
    expect(stage).toContain(`CMD ${JSON.stringify(healthCheck).replace(",", ", ")}`);
    expect(stage).toContain('ENTRYPOINT ["tini", "--", "rojob"]\nCMD ["start"]');
  });

  test("is not built when its program does not run", () => {
    expect(stage).toContain("rojob exec run/rojob/echo.yaml --local message=hello");
  });
});

test("no key and no folder of this machine gets into the image", () => {
  const ignored = readFileSync(join(import.meta.dirname, "../../.dockerignore"), "utf8").split("\n");
  expect(ignored).toEqual(
    expect.arrayContaining(["*.apikey", "rojob.config.yaml", "work", "dist", "node_modules", ".git"]),
  );
});
