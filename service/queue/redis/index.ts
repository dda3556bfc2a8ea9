/** The queue in Redis: scripts on the server make each change whole, messages on a channel tell of it. */
export { RedisBackend } from "./redis-backend.js";
