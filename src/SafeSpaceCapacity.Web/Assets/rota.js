// The rota: what is planned week by week, changed with the keyboard or by dragging, and what it makes possible.
import { call } from "./calls.js";
import { heard, time } from "./clock.js";
import { el, list, say, show } from "./dom.js";
import { hours, length, minutesOf, moved, timeOf } from "./rota-week.js";
import { text } from "./texts.js";

const page = document.getElementById("rota");
const part = id => document.getElementById(id);
const { space } = page.dataset;
const step = 30;
let lines = [];
let absences = [];
let isChanged = false;

await read();

async function read() {
  try {
    const rota = await call("StaffService/GetRota", { space_id: space });
    if (rota.read_model?.simulated_at) heard(rota.read_model.simulated_at);
    lines = rota.lines ?? [];
    absences = rota.absences ?? [];
    isChanged = false;
    showCapacity(rota);
    draw();
  } catch (fault) {
    complain(fault);
  }
}

async function save() {
  try {
    const known = new Set(lines.map(line => line.line_id));
    const answer = await call("StaffService/PlanRota", {
      command_id: crypto.randomUUID(), space_id: space, lines, absences: absences.filter(absence => known.has(absence.line_id)),
    });
    if (answer.rejected) return say(part("problem"), text("failed", { why: answer.rejected.words }));
    await read();
    say(part("age"), text("saved"));
  } catch (fault) {
    complain(fault);
  }
}

function complain(fault) {
  say(part("problem"), fault.code === "UNAUTHENTICATED" ? text("signed-out") : fault.lost ? text("lost") : text("failed", { why: fault.message }));
}

// What the service works out.

function showCapacity(rota) {
  const week = hours(rota);
  const most = Math.max(1, ...week.map(hour => hour?.safe ?? 0));
  const open = week.filter(hour => hour?.isOpen).map(hour => hour.safe);
  say(part("fewest"), text("fewest", { n: open.length > 0 ? Math.min(...open) : 0, most }));
  part("capacity").replaceChildren(...week.map((hour, i) => {
    const bar = el("span", { className: [hour?.isGap && "gap", !hour?.isOpen && "closed"].filter(Boolean).join(" ") });
    bar.style.height = `${100 * (hour?.isGap ? 1 : (hour?.safe ?? 0) / most)}%`;
    bar.title = text(hour?.isGap ? "hour.gap" : "hour", { day: text(`day.${Math.floor(i / 24) + 1}`), hour: timeOf(i % 24 * 60), n: hour?.safe ?? 0 });
    return bar;
  }));
  const gaps = rota.gaps ?? [];
  part("gaps").replaceChildren(...gaps.map(gap => el("li", {}, text("gap", {
    from: time(gap.starts_at), until: time(gap.ends_at), why: (gap.limiting_factors ?? []).map(factor => factor.words).join("; "),
  }))));
  show(part("no-gaps"), gaps.length === 0);
  say(part("age"), text("age", { time: time(rota.quarters_from) }));
}

// The lines: a row each, a bar for each day.

function draw() {
  show(part("no-lines"), lines.length === 0);
  show(part("discard"), isChanged);
  if (isChanged) say(part("age"), text("unsaved"));
  list(part("lines"), lines, line => line.line_id, () => {
    const row = el("div", { className: "line" });
    row.update = line => {
      rest.remove();
      list(row, [...line.weekdays].sort(), day => day, day => block(line.line_id, day));
      for (const bar of row.children) bar.place(line);
      // What a Sunday night has left is at the beginning of the week.
      const over = minutesOf(line.starts) + length(line) - 1440;
      rest.style.width = `${100 * Math.max(0, line.weekdays.includes(7) ? over : 0) / 10080}%`;
      row.append(rest);
    };
    const rest = el("span", { className: "rest" });
    return row;
  });
}

function block(id, day) {
  const [role, times] = [el("span"), el("span")];
  const bar = el("button", { type: "button", className: "block", "aria-describedby": "lines-help" },
    el("span", { className: "said" }, text("block.day", { day: text(`day.${day}`) })), role, " ", times);
  bar.place = line => {
    bar.style.left = `${100 * ((day - 1) * 1440 + minutesOf(line.starts)) / 10080}%`;
    bar.style.width = `${100 * length(line) / 10080}%`;
    bar.className = `block ${line.role.slice("STAFF_ROLE_".length).toLowerCase().replace("_", "-")}`;
    say(role, text(line.role));
    say(times, text("block.times", line));
    bar.title = bar.textContent;
  };
  bar.addEventListener("click", () => { if (!bar.wasDragged) open(find(id)); });
  bar.addEventListener("keydown", event => {
    const by = { ArrowLeft: -step, ArrowRight: step }[event.key];
    if (!by) return;
    event.preventDefault();
    change(id, line => moved(line, by, event.shiftKey));
  });
  drag(bar, id);
  return bar;
}

const find = id => lines.find(line => line.line_id === id);

function change(id, make) {
  lines = lines.map(line => line.line_id === id ? make(line) : line);
  isChanged = true;
  draw();
}

// By pointer, in steps of half an hour: near its right edge the end, else all of it.
function drag(bar, id) {
  bar.addEventListener("pointerdown", event => {
    const { left, width } = bar.getBoundingClientRect();
    const isEnd = event.clientX > left + width - Math.min(12, width / 4);
    const before = find(id);
    const perMinute = part("lines").getBoundingClientRect().width / 10080;
    bar.wasDragged = false;
    bar.setPointerCapture(event.pointerId);
    bar.onpointermove = moving => {
      const by = Math.round((moving.clientX - event.clientX) / perMinute / step) * step;
      if (by !== 0) bar.wasDragged = true;
      if (bar.wasDragged) change(id, () => moved(before, by, isEnd));
    };
    bar.onpointerup = bar.onpointercancel = () => { bar.onpointermove = null; };
  });
}

// One line in a form.

const dialog = part("line-dialog");
const form = dialog.querySelector("form");
let edited = null;

function open(line) {
  edited = line;
  form.reset();
  const { elements } = form;
  elements.role.value = line.role;
  elements.starts.value = line.starts;
  elements.ends.value = line.ends;
  elements.agency.checked = line.agency ?? false;
  elements.on_call.checked = line.on_call ?? false;
  for (const box of elements.weekdays) box.checked = line.weekdays.includes(Number(box.value));
  for (const box of elements.trained) box.checked = (line.trained ?? []).some(held => held.training === box.value);
  dialog.showModal();
}

form.addEventListener("submit", event => {
  const does = event.submitter?.value ?? "keep";
  if (does === "remove") {
    lines = lines.filter(line => line.line_id !== edited.line_id);
    isChanged = true;
  }
  if (does === "keep") {
    const data = new FormData(form);
    const weekdays = data.getAll("weekdays").map(Number);
    form.elements.weekdays[0].setCustomValidity(weekdays.length === 0 ? text("days.none") : "");
    if (weekdays.length === 0) {
      event.preventDefault();
      return form.elements.weekdays[0].reportValidity();
    }
    const trained = data.getAll("trained").map(training => (edited.trained ?? []).find(held => held.training === training) ?? { training });
    const line = { ...edited, role: data.get("role"), starts: data.get("starts"), ends: data.get("ends"), weekdays, agency: data.has("agency"), on_call: data.has("on_call"), trained };
    lines = find(line.line_id) ? lines.map(known => known.line_id === line.line_id ? line : known) : [...lines, line];
    isChanged = true;
  }
  draw();
});

for (const box of form.elements.weekdays) box.addEventListener("change", () => form.elements.weekdays[0].setCustomValidity(""));
part("add").addEventListener("click", () => open({
  line_id: crypto.randomUUID(), role: "STAFF_ROLE_SUPPORT_WORKER", weekdays: [1, 2, 3, 4, 5], starts: "18:00", ends: "02:00",
}));
part("save").addEventListener("click", save);
part("discard").addEventListener("click", read);
addEventListener("beforeunload", event => { if (isChanged) event.preventDefault(); });
