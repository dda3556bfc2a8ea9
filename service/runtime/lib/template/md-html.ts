import showdown from "showdown";
import { isMap } from "../../base/values/types.js";
import { world } from "../../base/world.js";

/** Markdown as HTML (`ow.template.parseMD2HTML`), with what GitHub's flavour adds. */

const pageStyle =
  "body{margin:0}.markdown-body{max-width:980px;margin:0 auto;padding:2em;font:16px/1.5 sans-serif}.markdown-body table{border-collapse:collapse}.markdown-body td,.markdown-body th{border:1px solid #ccc;padding:0.3em 0.8em}.markdown-body pre{background:#f4f4f4;padding:1em;overflow:auto}.markdown-body code{font-family:monospace}";

/**
 * @param isPage gives a whole page with its style, else only what the Markdown says
 * @param isWide lets the page take the whole width
 * @param options of Showdown
 */
export function parseMD2HTML(text: unknown, isPage?: boolean, isWide?: boolean, options?: any): string {
  const converter = new showdown.Converter({
    ...showdown.getFlavorOptions("github"),
    customizedHeaderId: true,
    parseImgDimensions: true,
    simplifiedAutoLink: true,
    strikethrough: true,
    tables: true,
    tablesHeaderId: true,
    tasklists: true,
    backslashEscapesHTMLTags: true,
    emoji: true,
    underline: true,
    splitAdjacentBlockquotes: true,
    simpleLineBreaks: true,
    ...(isMap(options) ? options : {}),
  });
  const html = converter.makeHtml(String(text));
  if (!isPage) return html;
  const width = isWide ? "<style>.markdown-body{max-width:none}</style>" : "";
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><style>${pageStyle}</style>${width}</head><body class="markdown-body">${html}</body></html>`;
}

export const genStaticVersion4MDFile = (file: unknown) => parseMD2HTML(world.host.files.readText(String(file)), true);

export const genStaticVersion4MD = (text: unknown) => parseMD2HTML(text, true);
