// Tables on a page, and the same as CSV.
import { el, say } from "./dom.js";

/** Fills a table: rows of cells, each a text, a number, an element, or null for nothing. The first cell of a row is its heading. */
export function fill(table, headings, rows, mark = () => ({})) {
  table.replaceChildren(
    el("thead", {}, el("tr", {}, ...headings.map(heading => el("th", { scope: "col" }, heading)))),
    el("tbody", {}, ...rows.map((row, y) => el("tr", {}, ...row.map((cell, x) => x === 0
      ? el("th", { scope: "row" }, cell)
      : el("td", mark(y, x), cell instanceof Node ? cell : String(cell ?? "")))))));
}

/** Brings a table of as many rows up to date, cell by cell: what stands in it stays, with its focus. */
export function refill(table, rows) {
  rows.forEach((row, y) => row.forEach((cell, x) => say(table.tBodies[0].rows[y].cells[x].querySelector("a") ?? table.tBodies[0].rows[y].cells[x], String(cell ?? ""))));
}

/** A table as CSV (RFC 4180). A text that a spreadsheet would take for a formula is put behind an apostrophe. */
export function csv(headings, rows) {
  const field = value => {
    const text = String(value ?? "");
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [headings, ...rows].map(row => row.map(field).join(",") + "\r\n").join("");
}

/** Gives a text to be saved as a file. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
