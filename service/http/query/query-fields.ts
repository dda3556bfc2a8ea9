import type { FastifyRequest } from "fastify";
import { ServiceError } from "../../base/errors.js";
import { nameOf } from "../../catalog/values.js";
import { queryArguments } from "./query.js";

/** A point in time: milliseconds since the epoch, or a date of ISO 8601. */
const DATE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+ -]\d\d:?\d\d)?)?$/i;

/** Reads the query of a route with known parameters; refuses unknown parameters and invalid values. */
export class QueryFields {
  private readonly given: Record<string, string>;

  /** @throws ServiceError `bad_query`, `unknown_parameter` */
  constructor(request: FastifyRequest, known: readonly string[]) {
    this.given = queryArguments(request.raw.url ?? "");
    const unknown = Object.keys(this.given).find((name) => !known.includes(name));
    if (unknown !== undefined) {
      const names = known.length === 0 ? "none" : known.join(", ");
      throw new ServiceError("unknown_parameter", { name: unknown, known: names });
    }
  }

  /** The value as given; undefined when it is absent or empty. */
  text(name: string): string | undefined {
    return this.given[name] || undefined;
  }

  /** @throws ServiceError `bad_parameter` */
  flag(name: string): boolean | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    if (["", "1", "true"].includes(value)) return true;
    if (["0", "false"].includes(value)) return false;
    return this.refuse(name, "true or false");
  }

  /** @throws ServiceError `bad_parameter` */
  number(name: string, from: number, to: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
    return number >= from && number <= to ? number : this.refuse(name, `a number from ${from} to ${to}`);
  }

  /** @throws ServiceError `bad_parameter` */
  wholeNumber(name: string, from: number, to: number): number | undefined {
    const value = this.number(name, from, to);
    return value === undefined || Number.isInteger(value) ? value : this.refuse(name, "a whole number");
  }

  /**
   * A point in time, ms since the epoch; a date without a time zone is in UTC.
   * @throws ServiceError `bad_parameter`
   */
  time(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^\d{1,15}$/.test(value)) return Number(value);
    const [, date, time = "00:00", zone = "Z"] = DATE.exec(value) ?? [];
    // The plus of an offset is decoded as a space if the client has not encoded it.
    const at = Date.parse(`${date}T${time}${zone.replace(" ", "+").toUpperCase()}`);
    return Number.isNaN(at) ? this.refuse(name, "a date like 2026-01-31T12:00:00Z, or ms since the epoch") : at;
  }

  /**
   * Values separated by commas, each of them one of `known`.
   * @throws ServiceError `bad_parameter`
   */
  list<T extends string>(name: string, known: readonly T[]): T[] | undefined {
    const values = this.text(name)?.split(",");
    const isKnown = values?.every((value) => (known as readonly string[]).includes(value)) ?? true;
    return isKnown ? (values as T[] | undefined) : this.refuse(name, `some of ${known.join(", ")}`);
  }

  private refuse(name: string, expected: string): never {
    throw new ServiceError("bad_parameter", { name, found: nameOf(this.given[name]), expected });
  }
}
