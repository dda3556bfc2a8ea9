import { Query } from "./nlinq/query.js";

/** `$from`: queries over arrays and maps. */
export const from = (source?: any, keyName?: string): Query => new Query(source, keyName);
