// Files brought in, a directory or a gazetteer: first what one would do, then, by the same file and the same command, that.
import { call, stream } from "./calls.js";
import { time } from "./clock.js";
import { el, say, show } from "./dom.js";
import { fill } from "./table.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);
const pieceBytes = 24_000;

importer("import", "DirectoryService/ImportDirectory", (form, file) => ({
  unit: isJson(file) ? "service" : "row",
  question: { format: isJson(file) ? "DIRECTORY_FORMAT_HSDS_JSON" : "DIRECTORY_FORMAT_CSV", change_existing: form.elements.existing.checked },
}), ({ changes, previewed, imported }, { say, remark, offer }) => {
  const counts = of => ({ added: of.added ?? 0, changed: of.changed ?? 0, unchanged: of.unchanged ?? 0 });
  if (changes) remark(text("import.change", { space: changes.space_id, columns: (changes.columns ?? []).join(", ") }));
  if (imported) say(text("import.imported", counts(imported)));
  if (previewed) {
    say(text("import.previewed", counts(previewed)));
    offer((previewed.added ?? 0) + (previewed.changed ?? 0) > 0);
  }
});

importer("gazetteer", "DirectoryService/ImportGazetteer", form => ({
  unit: form.elements.kind.value === "GAZETTEER_KIND_BOUNDARIES" ? "feature" : "row",
  question: { kind: form.elements.kind.value },
}), ({ note, previewed, imported }, { say, remark, offer, unit }) => {
  if (note) remark(text("gazetteer.note", { remark: words(note, unit) }));
  if (previewed) {
    say(text("gazetteer.previewed", { n: previewed.rows }));
    offer(true);
  }
  if (imported) {
    say(text("gazetteer.imported", { n: imported.rows }));
    showGazetteers();
  }
});
showGazetteers();

/** Wires a form. begin(form, file) gives what the first message says, and what the file is made of; told(answer, { say, remark, offer, unit }) shows what comes. */
function importer(id, method, begin, told) {
  const form = part(id);
  const now = part(id + "-now");
  let checked = null;
  const state = words => say(part(id + "-state"), words);
  const remark = words => part(id + "-remarks").append(el("li", {}, words));

  form.addEventListener("submit", async event => {
    event.preventDefault();
    const file = form.elements.file.files[0];
    if (!file) return state(text("import.none"));
    const isImport = event.submitter === now && checked !== null;
    // What was checked is what is imported, also if the file has changed on the disk since.
    checked = isImport ? checked : { id: crypto.randomUUID(), pieces: await piecesOf(file), ...begin(form, file) };
    const { unit } = checked;
    show(now, false);
    part(id + "-remarks").replaceChildren();
    state(text("import.sending"));
    try {
      await stream(method, [{ command_id: checked.id, preview: !isImport, ...checked.question }, ...checked.pieces.map(content => ({ content }))], answer => {
        if (answer.progress) state(text("import.progress", { n: answer.progress.rows_read ?? 0 }));
        if (answer.error) remark(words(answer.error, unit));
        if (answer.refused) state(text("import.refused", { n: answer.refused.errors }));
        told(answer, { say: state, remark, offer: isOffered => show(now, isOffered), unit });
      });
    } catch (fault) {
      state(why(fault));
    }
  });

  form.addEventListener("change", () => {
    checked = null;
    show(now, false);
  });
}

const isJson = file => file.name.endsWith(".json");
const why = fault => text(fault.code === "UNAUTHENTICATED" ? "signed-out" : fault.lost ? "lost" : "failed", { why: fault.message });

// Where in the file, what of it, and which rule. What can't be read at all is told by its line.
function words({ row = 0, column = "", rule }, unit) {
  const where = row === 0 ? text("import.whole") : text("import." + (column === "" ? "line" : unit), { n: row });
  return text(column === "" ? "import.error" : "import.error.of", { where, column, rule });
}

async function showGazetteers() {
  try {
    const { gazetteers = [] } = await call("DirectoryService/ListGazetteers", {});
    show(part("no-gazetteers"), gazetteers.length === 0);
    show(part("gazetteers").parentElement, gazetteers.length > 0);
    fill(part("gazetteers"), ["kind", "rows", "imported", "actor"].map(name => text("col." + name)), gazetteers.map(one => [
      text(one.kind), one.rows ?? 0, time(one.imported_at), one.imported_by,
    ]));
  } catch (fault) {
    say(part("gazetteer-state"), why(fault));
  }
}

// Each as Base64, which is what JSON has for bytes.
async function piecesOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const pieces = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + pieceBytes))));
  return pieces;
}
