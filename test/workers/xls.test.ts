import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import type { XlsParams, XlsSheet } from "../../service/runtime/base/operations.js";
import { startXls } from "../../service/workers/io/xls/index.js";

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";

/** A workbook as others write them: with a prefix, shared texts and formulas, a merged range, and parts that nobody here knows. */
const template = zipSync({
  "[Content_Types].xml": strToU8(
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
      `<Override PartName="/xl/calcChain.xml" ContentType="chain"/></Types>`,
  ),
  "_rels/.rels": relations(`<Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="/xl/workbook.xml"/>`),
  "xl/workbook.xml": strToU8(
    `<x:workbook xmlns:x="${MAIN}" xmlns:o="${OFFICE}"><x:sheets><x:sheet name="A &amp; B" sheetId="7" o:id="s"/></x:sheets></x:workbook>`,
  ),
  "xl/_rels/workbook.xml.rels": relations(
    `<Relationship Id="s" Type="${OFFICE}/worksheet" Target="worksheets/one.xml"/>` +
      `<Relationship Id="t" Type="${OFFICE}/sharedStrings" Target="strings.xml"/>` +
      `<Relationship Id="c" Type="${OFFICE}/calcChain" Target="calcChain.xml"/>` +
      `<Relationship Id="l" Type="${OFFICE}/styles" Target="styles.xml"/>`,
  ),
  "xl/calcChain.xml": strToU8("<calcChain/>"),
  "xl/strings.xml": strToU8(
    `<sst xmlns="${MAIN}"><si><t xml:space="preserve"> one </t></si><si><r><t>two</t></r><r><t>_x0009_2</t></r><rPh><t>no</t></rPh></si></sst>`,
  ),
  "xl/styles.xml": strToU8(
    `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="[Red]0.0"/></numFmts>` +
      `<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"><protection locked="0"/></xf></cellXfs></styleSheet>`,
  ),
  "xl/worksheets/one.xml": strToU8(
    `<x:worksheet xmlns:x="${MAIN}"><x:cols><x:col min="1" max="3" width="9" style="2"/></x:cols><x:sheetData>` +
      `<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="B1" t="s"><x:v>1</x:v></x:c><x:c r="C1" s="1"><x:v>2.5</x:v></x:c></x:row>` +
      `<x:row><x:c><x:v>4</x:v></x:c><x:c r="B2"><x:f t="shared" ref="B2:B3" si="0">A2*A$2+SUM(A2:A3)</x:f><x:v>24</x:v></x:c></x:row>` +
      `<x:row><x:c r="B3" s="2"><x:f t="shared" si="0"/><x:v>0</x:v></x:c><x:c r="C3" t="e"><x:v>#N/A</x:v></x:c><x:c r="D3" s="2"/></x:row>` +
      `</x:sheetData><x:mergeCells count="1"><x:mergeCell ref="A1:A2"/></x:mergeCells><x:drawing o:id="d" xmlns:o="${OFFICE}"/></x:worksheet>`,
  ),
  "xl/charts/chart1.xml": strToU8("<chart/>"),
});

function relations(list: string): Uint8Array {
  return strToU8(`<Relationships xmlns="${PACKAGE}/relationships">${list}</Relationships>`);
}

function work(params: XlsParams, bytes?: Uint8Array): { sheets: XlsSheet[]; error?: string; bytes: Uint8Array } {
  let ended: any;
  startXls(
    { ...params, cwd: "", env: {} },
    { emit: () => undefined, end: (data: any, made) => (ended = { ...data, bytes: made }) },
    bytes,
  );
  return ended;
}

/** Cells of the first sheet by their places, `row,column`. */
function cellsOf(bytes: Uint8Array): Record<string, object> {
  const [sheet] = work({ action: "read" }, bytes).sheets;
  return Object.fromEntries(
    sheet!.cells.map(({ row, column, ...rest }) => [`${row},${column}`, JSON.parse(JSON.stringify(rest))]),
  );
}

test("a workbook that is too large when it is unpacked is refused before it is, whatever its parts say", () => {
  const bomb = zipSync({ "xl/worksheets/one.xml": new Uint8Array(300 * 1024 * 1024) }, { level: 9 });
  expect(bomb.length).toBeLessThan(1024 * 1024);
  const refusal = "its parts have more than 256 MB when they are unpacked: split the workbook";
  expect(work({ action: "read" }, bomb).error).toBe(refusal);
  // Its head and its directory say 1 KB: no more is unpacked.
  const liar = Buffer.from(bomb);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(300 * 1024 * 1024);
  for (let at = liar.indexOf(size); at >= 0; at = liar.indexOf(size, at)) liar.writeUInt32LE(1024, at);
  expect(work({ action: "read" }, liar).error).toBe("it is no workbook");
});

test("a workbook of another program is read: texts, dates, errors, shared formulas, merged cells", () => {
  expect(work({ action: "read" }, template).sheets.map(({ name }) => name)).toEqual(["A & B"]);
  expect(cellsOf(template)).toEqual({
    "1,1": { value: " one " },
    "1,2": { value: "two\t2" },
    "1,3": { dateMs: Date.UTC(1900, 0, 1, 12) },
    "2,1": { value: " one " },
    "2,2": { formula: "A2*A$2+SUM(A2:A3)", value: 24 },
    "3,2": { formula: "A3*A$2+SUM(A3:A4)", value: 0 },
    "3,3": { value: "#N/A" },
  });
});

test("what is changed in it is changed, and all else stays as it was", () => {
  const cells = [
    { row: 2, column: 2, value: "over a shared formula" },
    { row: 2, column: 1, value: 5 },
    { row: 9, column: 2, value: true },
    { row: 3, column: 4, dateMs: 0, style: { font: { bold: true } } },
  ];
  const sheets = [{ name: "A & B", cells, widths: { 2: 20 }, heights: { 1: 30 }, filter: "A1:C1", dateFormat: "yyyy" }];
  const { bytes } = work({ action: "write", sheets }, template);
  expect(cellsOf(bytes)).toMatchObject({
    "1,1": { value: 5 },
    "1,2": { value: "two\t2" },
    "2,2": { value: "over a shared formula" },
    "3,2": { formula: "A3*A$2+SUM(A3:A4)", value: 0 },
    "3,4": { dateMs: 0 },
    "9,2": { value: true },
  });
  const parts = Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, part]) => [name, strFromU8(part)]));
  expect(parts["xl/charts/chart1.xml"]).toBe("<chart/>");
  const sheet = parts["xl/worksheets/one.xml"]!;
  expect(sheet).toContain('<x:drawing o:id="d"');
  expect(sheet).toMatch(
    /<x:col min="1" max="1" width="9" style="2"\/><x:col min="2" max="2" width="20" style="2" customWidth="1"\/>/,
  );
  expect(sheet).toMatch(/<\/x:sheetData><x:autoFilter ref="A1:C1"\/><x:mergeCells/);
  // A new cell looks like its column, and one that is changed as before, but for what is said of it.
  expect(sheet).toMatch(/<x:c r="B9" s="2" t="b">/);
  expect(parts["xl/styles.xml"]).toMatch(/<xf numFmtId="165"[^>]*><protection locked="0"\/><\/xf>/);
  // Programs calculate again, and in an order of their own.
  expect(parts["xl/calcChain.xml"]).toBeUndefined();
  expect(parts["xl/workbook.xml"]).toContain('<x:calcPr fullCalcOnLoad="1"/>');
});

test("texts come back as they were", () => {
  const texts = ["", " a ", '<b> & "c"', "line\n2", "_x0041_", "é 😀", "=1"];
  const cells = texts.map((value, at) => ({ row: at + 1, column: 1, value }));
  const { bytes } = work({ action: "write", sheets: [{ name: "S", cells }] });
  expect(Object.values(cellsOf(bytes))).toEqual(texts.map((value) => ({ value })));
});

test("what is no workbook, and a name that no sheet may have, are errors that say so", () => {
  expect(work({ action: "read" }, strToU8("PK what")).error).toBe("invalid zip data");
  expect(work({ action: "read" }, zipSync({ "a.txt": strToU8("a") })).error).toBe("it is no workbook");
  const named = (name: string) => work({ action: "write", sheets: [{ name, cells: [] }] }).error;
  expect(named("a/b")).toContain("cannot include any of the following characters");
  expect(named("History")).toContain("protected");
});
