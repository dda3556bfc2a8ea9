import type { SettledEntries } from "./settled-entries.js";

/** Invalid combinations of numbers of nodes. */
export function findScaleConflicts(settled: SettledEntries): string[] {
  const problems: string[] = [];
  const hasAutoscaling = settled.has("autoscaling.max");
  for (const name of ["autoscaling.min", "autoscaling.cpu", "autoscaling.backlog"]) {
    if (settled.isGiven(name) && !hasAutoscaling) {
      problems.push(`${settled.entry(name)} needs deploy.autoscaling.max, the maximum number of nodes`);
    }
  }
  if (hasAutoscaling) {
    const [min, max] = [settled.number("autoscaling.min"), settled.number("autoscaling.max")];
    if (min > max)
      problems.push(`${settled.entry("autoscaling.min")} is more than ${settled.entry("autoscaling.max")}`);
    else if (min === 0) {
      problems.push(
        `${settled.entry("replicas")} leaves no node for ${settled.entry("autoscaling.max")} to scale from; use at least 1`,
      );
    } else if (settled.isGiven("replicas") && (settled.number("replicas") < min || settled.number("replicas") > max)) {
      problems.push(
        `${settled.entry("replicas")} is not between ${settled.entry("autoscaling.min")} and ${settled.entry("autoscaling.max")}`,
      );
    }
  } else if (settled.number("replicas") === 0 && settled.is("disruption.budget")) {
    problems.push(
      `${settled.entry("replicas")} leaves no node for ${settled.entry("disruption.budget")} to keep; use at least 1 replica, or disruption.budget: false`,
    );
  }
  if (settled.isGiven("disruption.unavailable") && !settled.is("disruption.budget")) {
    problems.push(
      `${settled.entry("disruption.unavailable")} needs deploy.disruption.budget: true, which is ${settled.value("disruption.budget")}`,
    );
  }
  return [...problems, ...findUpdateConflicts(settled)];
}

function findUpdateConflicts(settled: SettledEntries): string[] {
  const problems: string[] = [];
  const steps = ["update.surge", "update.unavailable"];
  if (settled.text("update.strategy") === "recreate") {
    for (const name of steps) {
      if (settled.isGiven(name)) {
        problems.push(
          `${settled.entry(name)} needs deploy.update.strategy: rolling, which is ${settled.value("update.strategy")}`,
        );
      }
    }
  } else if (steps.every((name) => settled.number(name) === 0)) {
    problems.push(
      `${settled.entry("update.surge")} and ${settled.entry("update.unavailable")}: no node could ever be replaced; one of them must be at least 1`,
    );
  }
  const isForOne =
    settled.text("storage.kind") === "volume" &&
    settled.is("storage.shared") &&
    settled.text("storage.access") === "readwriteonce";
  if (isForOne && settled.text("update.strategy") === "rolling") {
    problems.push(
      `${settled.entry("update.strategy")} needs a volume that two nodes can mount, but ${settled.entry("storage.access")}; use recreate, or readwritemany`,
    );
  }
  return problems;
}
