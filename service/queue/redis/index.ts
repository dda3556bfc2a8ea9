/** The queue in Redis: scripts on the server make each change atomic, messages on a channel publish it. */
export { RedisBackend } from "./redis-backend.js";
