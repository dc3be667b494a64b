// Puts the board on the page.
import { ago, minutes, minutesTo, now, time } from "./clock.js";
import { el, list, say, show } from "./dom.js";
import { project, undoable } from "./board-numbers.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);

/** Brings the whole page up to date. `act(method, fields)` is a tap; `decline(hold)` asks why first. */
export function render({ board, waiting, others, connection, lostAt, fresh }, act, decline, seen) {
  renderConnection(connection, lostAt, board);
  renderBar(board, waiting, others);
  if (!board) return;
  for (const button of document.querySelectorAll("#board button:disabled")) button.disabled = false;
  const { availability, shifts = [], escalations = [] } = board;
  const numbers = project(board, waiting);
  const onDuty = shifts.filter(shift => Date.parse(shift.starts_at) <= now() && Date.parse(shift.ends_at) > now());
  say(part("name"), board.choice.name);
  show(part("demo"), board.choice.demo);
  renderNumbers(numbers, availability);
  renderAsk(board, numbers, onDuty);
  renderHolds(numbers.holds, fresh, act, decline, seen);
  renderShifts(shifts, act);
  renderAlerts(escalations, act);
  const isPaused = Date.parse(availability.paused_until ?? 0) > now();
  show(part("pause-button"), !isPaused);
  show(part("resume-button"), isPaused);
  say(part("confirmed"), availability.confirmed_at
    ? text("confirmed", { time: time(availability.confirmed_at), ago: ago(availability.confirmed_at) })
    : text("confirmed.never"));
}

function renderConnection(connection, lostAt, board) {
  const line = part("connection");
  line.dataset.state = connection;
  const behind = connection === "live" && Number(board?.read_model?.behind_milliseconds ?? 0) > 2000;
  const words = [text(behind ? "behind" : connection === "refused" ? "forbidden" : connection, { time: time(lostAt ?? now()) })];
  if (connection === "lost" && board) words.push(text("as-of", { time: time(board.availability.as_of) }));
  const key = words.join(" ");
  if (line.dataset.words === key) return;
  line.dataset.words = key;
  line.textContent = key;
  if (connection === "signed-out") line.append(" ", el("a", { href: `/sign-in?from=${encodeURIComponent(location.pathname)}` }, text("sign-in")));
}

function renderNumbers(numbers, availability) {
  const next = numbers.holds.filter(hold => hold.status === "HOLD_STATUS_PLACED").map(hold => minutesTo(hold.eta)).sort((a, b) => a - b)[0];
  say(part("here"), String(numbers.here));
  say(part("here-unit"), text("people", { n: numbers.here }));
  say(part("held"), String(numbers.held));
  say(part("held-unit"), next === undefined ? text("crews.none") : next > 0 ? text("crews.next", { minutes: minutes(next) }) : text("crews.due"));
  say(part("room"), numbers.isKnown ? String(numbers.room) : text("unknown"));
  say(part("room-unit"), text("more", { n: numbers.room ?? 2 }));
  part("room").closest("div").classList.toggle("none", numbers.isKnown && numbers.room === 0);
  say(part("why"), why(numbers, availability).join(" "));
}

// Why that many, the weightiest first.
function why(numbers, availability) {
  const said = [];
  if (Date.parse(availability.paused_until ?? 0) > now()) said.push(text("why.paused", { time: time(availability.paused_until) }));
  if (!numbers.isKnown) return [...said, text("why.unconfirmed")];
  if (availability.open === false) said.push(availability.opens_at ? text("why.opens", { time: time(availability.opens_at) }) : text("why.closed"));
  if (numbers.isOver) said.push(text("why.over"));
  said.push(text("why.sum", numbers));
  const limit = availability.limiting_factors?.[0]?.words;
  if (limit) said.push(limit[0].toUpperCase() + limit.slice(1) + ".");
  if (availability.open) said.push(availability.open_until ? text("open-until", { time: time(availability.open_until) }) : text("open-always"));
  return said;
}

function renderAsk(board, numbers, onDuty) {
  const due = board.ask_now || !board.availability.confirmed_at || (board.confirm_by && Date.parse(board.confirm_by) <= now());
  show(part("ask"), due);
  if (!due) return;
  const stale = board.confirm_by ? Date.parse(board.confirm_by) + 30 * 60_000 : null;
  say(part("ask-text"), stale && stale > now()
    ? text("ask", { here: numbers.here, staff: onDuty.length, time: time(stale) })
    : text("ask.never"));
}

function renderHolds(holds, fresh, act, decline, seen) {
  show(part("no-holds"), holds.length === 0);
  list(part("holds"), holds, hold => hold.hold_id, () => {
    const [what, when, mark] = [el("span"), el("span", { className: "help" }), el("strong", { className: "new" }, text("hold.new"))];
    const button = (key, className, onclick) => el("button", { type: "button", className, onclick }, text(key));
    const card = el("li", { className: "card" });
    const buttons = {
      "hold.accept": button("hold.accept", "", () => act("AcceptHold", { hold_id: card.hold.hold_id })),
      "hold.arrived": button("hold.arrived", "", () => act("RecordArrival", { hold_id: card.hold.hold_id })),
      "hold.decline": button("hold.decline", "second", () => decline(card.hold)),
      "hold.seen": button("hold.seen", "second", () => seen(card.hold)),
    };
    const call = el("h3");
    card.append(el("div", {}, mark, call), el("p", {}, what, " ", when), el("p", { className: "row" }, ...Object.values(buttons)));
    card.update = hold => {
      card.hold = hold;
      const isAsking = hold.status === "HOLD_STATUS_REQUESTED";
      const left = minutesTo(hold.eta);
      say(call, hold.call_sign || "-");
      say(what, text(isAsking ? "hold.requested" : "hold.placed", { time: time(hold.expires_at) }) + ";");
      say(when, left > 0 ? text("hold.eta", { time: time(hold.eta), minutes: minutes(left) }) : text("hold.due", { time: time(hold.eta) }));
      card.classList.toggle("ringing", fresh.has(hold.hold_id));
      show(mark, fresh.has(hold.hold_id));
      show(buttons["hold.accept"], isAsking);
      show(buttons["hold.seen"], fresh.has(hold.hold_id) && !isAsking);
      for (const [key, shown] of Object.entries(buttons)) shown.setAttribute("aria-label", text("hold.label", { action: text(key), call: hold.call_sign }));
    };
    return card;
  });
}

function renderShifts(shifts, act) {
  show(part("no-shifts"), shifts.length === 0);
  list(part("shifts"), shifts, shift => shift.shift_id, () => {
    const [role, when] = [el("h3"), el("p", { className: "help" })];
    const card = el("li", { className: "card line" });
    const end = el("button", { type: "button", className: "second", onclick: () => act("EndShift", { shift_id: card.shift.shift_id }) });
    card.append(el("div", {}, role, when), end);
    card.update = shift => {
      card.shift = shift;
      const isHere = Date.parse(shift.starts_at) <= now();
      const extra = [shift.agency && text("shift.agency"), shift.on_call && text("shift.on-call")].filter(Boolean);
      const name = text(shift.role);
      say(role, [name, ...extra].join(", "));
      say(when, isHere ? text("shift.until", { time: time(shift.ends_at) }) : text("shift.from", { time: time(shift.starts_at), time2: time(shift.ends_at) }));
      say(end, text(isHere ? "shift.end" : "shift.cancel"));
      end.setAttribute("aria-label", text("shift.label", { action: end.textContent, role: name }));
      card.classList.toggle("later", !isHere);
    };
    return card;
  });
}

const contacts = ["TEAM_LEAD", "ON_CALL_MANAGER", "CLINICAL_LEAD", "AREA_DUTY_MANAGER"].map(name => "ESCALATION_CONTACT_" + name);

function renderAlerts(escalations, act) {
  list(part("alerts"), escalations, escalation => escalation.cause, () => {
    const [title, told, state] = [el("h2"), el("ul"), el("p")];
    const who = el("select", { name: "contact" }, ...contacts.map(code => el("option", { value: code }, text(code))));
    const alert = el("section", { className: "alert" });
    const take = el("form", { className: "row", onsubmit: event => {
      event.preventDefault();
      act("AcknowledgeEscalation", { cause: alert.cause, contact: who.value });
    } }, el("label", {}, text("alert.take"), " ", who), el("button", { type: "submit" }, text("alert.save")));
    alert.append(title, told, state, take);
    alert.update = escalation => {
      alert.cause = escalation.cause;
      const isUnsafe = escalation.cause === "ESCALATION_CAUSE_UNSAFE_STAFFING";
      say(title, text(isUnsafe ? "alert.unsafe" : "alert.over", { time: time(escalation.since) }));
      const lines = (escalation.told ?? []).map(one => text("alert.told", { who: text(one.contact), time: time(one.at) }) + (one.telephone ? ` (${one.telephone})` : ""));
      list(told, lines.length > 0 ? lines : [text("alert.told.nobody")], line => line, line => el("li", {}, line));
      say(state, [
        escalation.recurrent ? text("alert.recurrent") : "",
        escalation.acknowledged_at
          ? text("alert.ack", { who: text(escalation.acknowledged_by), time: time(escalation.acknowledged_at) })
          : text("alert.nobody") + (escalation.next_at ? " " + text("alert.next", { time: time(escalation.next_at) }) + "." : ""),
      ].join(" ").trim());
      show(take, !escalation.acknowledged_at);
    };
    return alert;
  });
}

function renderBar(board, waiting, others) {
  const last = undoable(board, waiting, now());
  show(part("undo-line"), last !== null);
  if (last) {
    const what = text("act." + last.method);
    say(part("undo-what"), `${what[0].toUpperCase()}${what.slice(1)}, ${time(last.at)}`);
    say(part("undo-until"), text("undo.until", { time: time(last.until) }));
    part("undo").dataset.act = last.id;
  }
  show(part("waiting"), waiting.length > 0);
  say(part("waiting"), text("waiting", { n: waiting.length }));
  show(part("others"), others > 0);
  say(part("others"), text("others", { n: others }));
}

/** Says that something did not go as it was tapped, until somebody has read it. */
export function complain(words) {
  const message = el("li", { role: "alert" }, el("span", {}, words));
  message.append(el("button", { type: "button", className: "second", onclick: () => message.remove() }, text("dismiss")));
  part("messages").append(message);
}

/** Says for screen readers what was done. */
export const tell = words => say(part("said"), words);
