import type { DeployValues } from "../read-deployment.js";
import { full } from "../read-deployment.js";

/** Formats entries of a deployment for messages. */
export class SettledEntries {
  constructor(private readonly source: DeployValues) {}

  /** `deploy.replicas: 3 (default)` */
  entry(name: string): string {
    return `${full(name)}: ${this.value(name)}`;
  }

  /** `3 (default)` */
  value(name: string): string {
    const { values, structures, given } = this.source;
    const value = values.get(name) ?? (structures.has(name) ? JSON.stringify(structures.get(name)) : undefined);
    return `${value} (${given.get(name)?.origin.text ?? "default"})`;
  }

  isGiven(name: string): boolean {
    return this.source.given.has(name);
  }

  text(name: string): string {
    return String(this.source.values.get(name));
  }

  number(name: string): number {
    return Number(this.source.values.get(name));
  }

  is(name: string): boolean {
    return this.source.values.get(name) === true;
  }

  has(name: string): boolean {
    return this.source.values.has(name) || this.source.structures.has(name);
  }
}
