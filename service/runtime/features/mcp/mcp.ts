import { McpClient } from "./client.js";

/** Clients of the Model Context Protocol. */

export const $mcp = (options?: Record<string, any>) => new McpClient(options);
