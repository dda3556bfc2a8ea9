import { $mcp } from "../features/mcp/mcp.js";

export const scope = {
  $mcp,
};
