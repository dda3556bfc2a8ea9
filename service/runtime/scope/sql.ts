import { fromSQL2NLinq, sql } from "../features/sql/sql.js";

export const scope = {
  $sql: sql,
  "af.fromSQL2NLinq": fromSQL2NLinq,
};
