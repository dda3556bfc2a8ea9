import type { Entry } from "./folder.js";

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #888; --accent: light-dark(#0b57d0, #8ab4f8) }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.15rem; font-weight: 600; margin: 0 0 1rem; overflow-wrap: anywhere }
h1 span { color: var(--soft); font-weight: 400; padding: 0 .3em }
a { color: var(--accent); text-decoration: none }
a:hover, a:focus-visible { text-decoration: underline }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: .45rem .5rem; text-align: left }
th { color: var(--soft); font-size: .8rem; font-weight: 500 }
td:first-child { overflow-wrap: anywhere }
.size, .time { color: var(--soft); font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; width: 1% }
tbody tr:hover { background: #8881 }
svg { height: 1em; margin-right: .5em; vertical-align: -.12em; width: 1em }
p { color: var(--soft) }
@media (max-width: 34rem) { .time { display: none } }
`.trim();

const icons = {
  folder: '<path d="M1.5 3.5h5l1.5 2h6.5v8h-13z" fill="currentColor" opacity=".35" stroke="currentColor"/>',
  file: '<path d="M3.5 1.5h6l3 3v10h-9z M9.5 1.5v3h3" fill="none" stroke="currentColor"/>',
};

/** The page of a folder: its path with links back, and its entries. */
export function folderPage(names: readonly string[], entries: readonly Entry[]): string {
  const title = ["work", ...names].join("/");
  const rows = entries.map(row).join("\n");
  const table = `<table>
<thead><tr><th scope="col">Name</th><th scope="col" class="size">Size</th><th scope="col" class="time">Changed</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>`;
  const content = entries.length === 0 ? "<p>This folder is empty.</p>" : table;
  return page(title, `<h1>${trail(names)}</h1>\n${content}`);
}

/** The page for an error. */
export function messagePage(message: string): string {
  return page(message, `<h1><a href="/">work</a></h1>\n<p>${escapeHtml(message)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function trail(names: readonly string[]): string {
  const steps = ["work", ...names].map((name, depth, all) => {
    const path = `/${names
      .slice(0, depth)
      .map((step) => `${encodeURIComponent(step)}/`)
      .join("")}`;
    return depth === all.length - 1 ? escapeHtml(name) : `<a href="${path}">${escapeHtml(name)}</a>`;
  });
  return steps.join("<span>/</span>");
}

function row({ name, kind, size, modified }: Entry): string {
  const href = `./${encodeURIComponent(name)}${kind === "folder" ? "/" : ""}`;
  const icon = `<svg viewBox="0 0 16 16" aria-hidden="true">${icons[kind]}</svg>`;
  const time = `${modified.slice(0, 10)} ${modified.slice(11, 19)} UTC`;
  const bytes = kind === "file" ? `<span title="${size} bytes">${sizeText(size)}</span>` : "";
  return `<tr><td>${icon}<a href="${href}">${escapeHtml(name)}</a></td><td class="size">${bytes}</td><td class="time"><time datetime="${modified}">${time}</time></td></tr>`;
}

function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let [size, unit] = [bytes, 0];
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 || size >= 10 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (letter) => entities[letter]!);
}
