import { McpClient } from "../mcp/client.js";

/** Clients of the Model Context Protocol. */
export const scope = { $mcp: (options?: Record<string, any>) => new McpClient(options) };
