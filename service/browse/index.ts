/**
 * The page that shows the work folder: its content (`folder.ts`), the page (`page.ts`), access (`guard.ts`) and the
 * server around them (`server.ts`). Nothing here writes.
 */
export { type BrowserOptions, createBrowser } from "./server.js";
