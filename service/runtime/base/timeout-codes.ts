/** Codes of the errors of HTTP requests that took too long, on both sides of the border. */
export const timeoutCodes = {
  /** The whole request. */
  whole: "ETIMEDOUT",
  /** Getting a connection. */
  connect: "ECONNECTTIMEDOUT",
  /** A pause of the server. */
  read: "EREADTIMEDOUT",
} as const;
