// A directory out of a file: first what it would do, then, by the same file and the same command, that.
import { stream } from "./calls.js";
import { el, say, show } from "./dom.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);
const form = part("import");
const pieceBytes = 24_000;
let checked = null;

form.addEventListener("submit", async event => {
  event.preventDefault();
  const file = form.elements.file.files[0];
  if (!file) return say(part("import-state"), text("import.none"));
  const isImport = event.submitter?.value === "import" && checked !== null;
  // What was checked is what is imported, also if the file has changed on the disk since.
  checked = isImport ? checked : { id: crypto.randomUUID(), pieces: await piecesOf(file), isJson: file.name.endsWith(".json"), existing: form.elements.existing.checked };
  show(part("import-now"), false);
  part("import-remarks").replaceChildren();
  const first = {
    command_id: checked.id, format: checked.isJson ? "DIRECTORY_FORMAT_HSDS_JSON" : "DIRECTORY_FORMAT_CSV", preview: !isImport, change_existing: checked.existing,
  };
  try {
    await stream("DirectoryService/ImportDirectory", [first, ...checked.pieces.map(content => ({ content }))], told);
  } catch (fault) {
    say(part("import-state"), text(fault.code === "UNAUTHENTICATED" ? "signed-out" : fault.lost ? "lost" : "failed", { why: fault.message }));
  }
});

form.addEventListener("change", () => {
  checked = null;
  show(part("import-now"), false);
});

function told({ progress, error, changes, previewed, imported, refused }) {
  const counts = of => ({ added: of.added ?? 0, changed: of.changed ?? 0, unchanged: of.unchanged ?? 0 });
  const remark = words => part("import-remarks").append(el("li", {}, words));
  if (progress) say(part("import-state"), text("import.progress", { n: progress.rows_read ?? 0 }));
  if (error) remark(text("import.error", { row: error.row ?? 0, column: error.column ?? "", rule: error.rule }));
  if (changes) remark(text("import.change", { space: changes.space_id, columns: (changes.columns ?? []).join(", ") }));
  if (refused) say(part("import-state"), text("import.refused", { n: refused.errors }));
  if (imported) say(part("import-state"), text("import.imported", counts(imported)));
  if (previewed) {
    say(part("import-state"), text("import.previewed", counts(previewed)));
    show(part("import-now"), (previewed.added ?? 0) + (previewed.changed ?? 0) > 0);
  }
}

// Each as Base64, which is what JSON has for bytes.
async function piecesOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pieces = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + pieceBytes))));
  return pieces;
}
