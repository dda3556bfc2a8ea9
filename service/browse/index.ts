/**
 * The page that shows the work folder: what is there (`folder.ts`), how it looks (`page.ts`), who may see it (`guard.ts`)
 * and the server around them (`server.ts`). Nothing here writes.
 */
export { type BrowserOptions, createBrowser } from "./server.js";
