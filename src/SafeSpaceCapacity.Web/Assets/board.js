// The staff board: what the service says, what was tapped, and the connection between them.
import { complain, render, tell } from "./board-view.js";
import * as bell from "./bell.js";
import { watch } from "./calls.js";
import { halfHours, heard, iso, minutes, minutesTo, now, offset, setOffset, time } from "./clock.js";
import { el, say } from "./dom.js";
import * as store from "./store.js";
import { Taps } from "./taps.js";
import { text } from "./texts.js";

const page = document.getElementById("board");
const { space, account } = page.dataset;
const taps = new Taps(space, account);
const state = { board: null, connection: "connecting", lostAt: null, fresh: new Set() };
let known = null;

function draw() {
  render({ ...state, waiting: taps.waiting, others: taps.others }, act, decline, seen);
}

function act(method, fields) {
  taps.add(method, fields).catch(fault => complain(text("tap.failed", { what: text("act." + method), time: time(now()), why: String(fault) })));
  if (fields?.hold_id) state.fresh.delete(fields.hold_id);
  draw();
}

// What the service says.

function told({ board, heartbeat, retired }) {
  if (heartbeat) heard(heartbeat);
  if (retired) complain(text("retired"));
  if (!board) return !retired;
  heard(board.availability.as_of);
  state.board = board;
  notice(board.holds ?? []);
  store.keepBoard({ space, account, board, offset: offset() });
  page.removeAttribute("aria-busy");
  draw();
  return true;
}

function connected(name) {
  if (name === "live" && state.connection !== "live") taps.send();
  if (name !== "live" && (state.connection === "live" || state.lostAt === null)) state.lostAt = now();
  state.connection = name;
  draw();
}

// Crews on the way: new ones ring until somebody has seen them, those who ask until they are answered.

function notice(holds) {
  for (const hold of holds) {
    const isAsking = hold.status === "HOLD_STATUS_REQUESTED";
    if (known?.has(hold.hold_id) || (!known && !isAsking)) continue;
    state.fresh.add(hold.hold_id);
    bell.ring();
    tell(text(isAsking ? "hold.ring.request" : "hold.ring", { call: hold.call_sign, minutes: minutes(minutesTo(hold.eta)) }));
  }
  known = new Set(holds.map(hold => hold.hold_id));
  for (const id of state.fresh) if (!known.has(id)) state.fresh.delete(id);
}

function seen(hold) {
  state.fresh.delete(hold.hold_id);
  draw();
}

setInterval(() => { if (state.fresh.size > 0) bell.ring(); }, 5000);

// Taps.

taps.addEventListener("changed", draw);
taps.addEventListener("stopped", event => { if (event.detail === "UNAUTHENTICATED") connected("signed-out"); });
taps.addEventListener("ended", ({ detail: { tap, how, why, availability } }) => {
  const words = text(how, { what: text("act." + tap.method), time: time(tap.at), why });
  if (how === "tap.done" || how === "tap.undone") tell(words);
  else complain(words);
  // Its answer may be here before the watch tells of it.
  if (availability?.space_id === space && state.board && Number(availability.stream_version) > Number(state.board.availability.stream_version)) {
    state.board = { ...state.board, availability };
  }
});

page.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (button?.dataset.tap) act(button.dataset.tap);
  if (button?.dataset.open) openDialog(button.dataset.open);
  if (button?.id === "undo") taps.undo(button.dataset.act);
});

// Questions before a tap.

function openDialog(name, fields = {}) {
  const dialog = document.getElementById(name + "-dialog");
  const form = dialog.querySelector("form");
  form.reset();
  if (name === "shift") options(form.elements.ends_at, halfHours(28).map(at => [iso(at), time(at)]), 15);
  if (name === "pause") options(form.elements.until, lengths.map(length => {
    const at = now() + length * 60_000;
    const values = { n: length < 60 ? length : length / 60, time: time(at) };
    return [iso(at), text(length < 60 ? "length.minutes" : "length.hours", values)];
  }), 1);
  for (const [key, value] of Object.entries(fields)) form.elements[key].value = value;
  dialog.showModal();
}

const lengths = [30, 60, 120, 240, 480, 1440];

function options(select, choices, chosen) {
  select.replaceChildren(...choices.map(([value, words], i) => el("option", { value, selected: i === chosen }, words)));
}

function decline(hold) {
  say(document.getElementById("decline-title"), text("decline.title", { call: hold.call_sign }));
  openDialog("decline", { hold_id: hold.hold_id });
}

for (const form of page.querySelectorAll("form[data-form]")) {
  form.addEventListener("submit", event => {
    if (event.submitter?.value !== "save") return;
    act(form.dataset.form, fieldsOf(form));
  });
}

function fieldsOf(form) {
  const data = new FormData(form);
  const fields = Object.fromEntries(data);
  if (form.dataset.form === "RecordCount") fields.occupied = Number(fields.occupied);
  if (form.dataset.form === "StartShift") {
    for (const name of ["agency", "on_call"]) fields[name] = data.has(name);
    fields.trained = data.getAll("trained").map(training => ({ training }));
  }
  return fields;
}

// Sound, only where somebody asked for it.

const sound = document.getElementById("sound");
sound.addEventListener("click", async () => {
  await bell.turn(!bell.isOn());
  sound.setAttribute("aria-pressed", String(bell.isOn()));
  say(sound, bell.isOn() ? sound.dataset.on : sound.dataset.off);
});

// The beginning: what this device knew, then what is so.

const before = await store.boardOf(space);
if (before?.account === account) {
  setOffset(before.offset);
  state.board = before.board;
}
await taps.load();
draw();
setInterval(draw, 5000);
watch("StaffService/WatchBoard", { space_id: space }, told, connected);

if ("serviceWorker" in navigator) {
  await navigator.serviceWorker.register("/assets/board-worker.js", { scope: "/board/" });
  const worker = (await navigator.serviceWorker.ready).active;
  worker.postMessage([location.href, ...performance.getEntriesByType("resource").map(entry => entry.name).filter(name => name.includes("/assets/"))]);
}
