import type { Said } from "./said.js";

/** Invalid combinations of numbers of nodes. */
export function findScaleConflicts(said: Said): string[] {
  const problems: string[] = [];
  const hasAutoscaling = said.has("autoscaling.max");
  for (const name of ["autoscaling.min", "autoscaling.cpu", "autoscaling.backlog"]) {
    if (said.isGiven(name) && !hasAutoscaling) {
      problems.push(`${said.entry(name)} needs deploy.autoscaling.max, the maximum number of nodes`);
    }
  }
  if (hasAutoscaling) {
    const [min, max] = [said.number("autoscaling.min"), said.number("autoscaling.max")];
    if (min > max) problems.push(`${said.entry("autoscaling.min")} is more than ${said.entry("autoscaling.max")}`);
    else if (min === 0) {
      problems.push(
        `${said.entry("replicas")} leaves no node for ${said.entry("autoscaling.max")} to scale from; use at least 1`,
      );
    } else if (said.isGiven("replicas") && (said.number("replicas") < min || said.number("replicas") > max)) {
      problems.push(
        `${said.entry("replicas")} is not between ${said.entry("autoscaling.min")} and ${said.entry("autoscaling.max")}`,
      );
    }
  } else if (said.number("replicas") === 0 && said.is("disruption.budget")) {
    problems.push(
      `${said.entry("replicas")} leaves no node for ${said.entry("disruption.budget")} to keep; use at least 1 replica, or disruption.budget: false`,
    );
  }
  if (said.isGiven("disruption.unavailable") && !said.is("disruption.budget")) {
    problems.push(
      `${said.entry("disruption.unavailable")} needs deploy.disruption.budget: true, which is ${said.value("disruption.budget")}`,
    );
  }
  return [...problems, ...findUpdateConflicts(said)];
}

function findUpdateConflicts(said: Said): string[] {
  const problems: string[] = [];
  const steps = ["update.surge", "update.unavailable"];
  if (said.text("update.strategy") === "recreate") {
    for (const name of steps) {
      if (said.isGiven(name)) {
        problems.push(
          `${said.entry(name)} needs deploy.update.strategy: rolling, which is ${said.value("update.strategy")}`,
        );
      }
    }
  } else if (steps.every((name) => said.number(name) === 0)) {
    problems.push(
      `${said.entry("update.surge")} and ${said.entry("update.unavailable")}: no node could ever be replaced; one of them must be at least 1`,
    );
  }
  const isForOne =
    said.text("storage.kind") === "volume" &&
    said.is("storage.shared") &&
    said.text("storage.access") === "readwriteonce";
  if (isForOne && said.text("update.strategy") === "rolling") {
    problems.push(
      `${said.entry("update.strategy")} needs a volume that two nodes can mount, but ${said.entry("storage.access")}; use recreate, or readwritemany`,
    );
  }
  return problems;
}
