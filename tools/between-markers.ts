/**
 * A document with the text between the two markers of a name renewed: `<!-- NAME:start -->` and `<!-- NAME:end -->`.
 * @param file name of the document, for the message
 * @throws Error when a marker is missing
 */
export function withPart(document: string, name: string, text: string, file: string): string {
  const [startMarker, endMarker] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const start = document.indexOf(startMarker);
  const end = document.indexOf(endMarker);
  if (start < 0 || end < start)
    throw new Error(`${file}: needs the markers ${startMarker} and ${endMarker}, in this order`);
  return `${document.slice(0, start + startMarker.length)}\n${text}\n${document.slice(end)}`;
}
