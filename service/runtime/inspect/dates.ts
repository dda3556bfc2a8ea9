/** JSON in which a `Date` is `{ "$date": ms }`, as the parser of job files writes it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: any, key: string, member: unknown) {
    const original = this[key];
    return original instanceof Date ? { $date: original.getTime() } : member;
  });
}
