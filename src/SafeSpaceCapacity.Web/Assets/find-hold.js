// The place that is kept for this crew. It is remembered while the tab is open, so that a page loaded anew still shows it.
import { CallFault, call, watch } from "./calls.js";
import { heard, iso, minutes, minutesTo, now, time } from "./clock.js";
import { say, show } from "./dom.js";
import { complain, directions, ring } from "./find-view.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);
const memory = "hold";
let kept = JSON.parse(sessionStorage.getItem(memory) ?? "null");
let watched = null;

/** Sends a command until it is answered: the same one each time, so that it is done once. */
export async function insist(method, message) {
  for (let tries = 1; ; tries++) {
    try {
      return await call(method, message);
    } catch (fault) {
      if (!(fault instanceof CallFault) || !fault.lost || tries === 4) throw fault;
      await new Promise(resolve => setTimeout(resolve, 1000 * tries));
    }
  }
}

/** Keeps what a hold was answered with, and follows it. */
export function follow(option, answer) {
  kept = { option, hold: answer.placed ?? answer.requested, telephone: answer.telephone, entrance: answer.entrance, access: answer.access_note, note: "" };
  begin();
}

function begin() {
  remember();
  if (watched === kept.hold.hold_id) return;
  watched = kept.hold.hold_id;
  // The space changes when its holds do: then how this one stands is asked anew.
  watch("CrewService/WatchSpaces", { space_ids: [kept.hold.space_id] }, told => {
    if (watched !== kept?.hold.hold_id || !isOpen()) return false;
    if (told.heartbeat) heard(told.heartbeat);
    if (told.snapshot || told.changed) look();
    return true;
  }, state => {
    if (state === "lost" && isOpen()) say(part("hold-state"), text("hold.lost", { time: time(kept.hold.expires_at) }));
  });
}

async function look() {
  if (!kept) return;
  const { hold_id, space_id } = kept.hold;
  const answer = await call("CrewService/GetHold", { hold_id, space_id }).catch(() => null);
  if (!answer || kept?.hold.hold_id !== hold_id) return;
  heard(answer.availability.as_of);
  kept.hold = answer.hold;
  remember();
}

function remember() {
  sessionStorage.setItem(memory, JSON.stringify(kept));
  draw();
}

const isOpen = () => ["HOLD_STATUS_PLACED", "HOLD_STATUS_REQUESTED"].includes(kept?.hold.status);

function draw() {
  show(part("hold"), kept !== null);
  if (!kept) return;
  const { option, hold } = kept;
  say(part("hold-name"), option.choice.name);
  say(part("hold-state"), kept.note || text(hold.status, { time: time(hold.expires_at), reason: text(hold.declined_reason ?? "") }));
  show(part("hold-left"), isOpen());
  say(part("hold-left"), text("hold.left", { minutes: minutes(Math.max(0, minutesTo(hold.expires_at))) }));
  say(part("hold-how"), [text("hold.arrive", { time: time(hold.eta) }), kept.entrance, kept.access].filter(Boolean).join(". "));
  const number = kept.telephone || option.choice.telephone;
  show(part("hold-ring"), Boolean(number));
  part("hold-ring").href = ring(number ?? "");
  say(part("hold-ring"), text("ring", { number }));
  part("hold-directions").href = directions(option.choice.point);
  show(part("hold-acts"), isOpen());
  show(part("refused-open"), isOpen() || hold.status === "HOLD_STATUS_ARRIVED");
  show(part("hold-close"), !isOpen());
}

async function act(method, fields = {}) {
  complain("");
  const { hold_id, space_id } = kept.hold;
  try {
    const answer = await insist("CrewService/" + method, { command_id: crypto.randomUUID(), space_id, hold_id, ...fields });
    if (answer.rejected) complain(text("failed", { why: answer.rejected.words }));
    else if (answer.arrived) kept.note = text("HOLD_STATUS_ARRIVED") + (answer.arrived.over_safe_capacity ? ". " + text("hold.over") : "");
    else if (answer.recorded) kept.note = text("refused.saved");
    await look();
  } catch (fault) {
    complain(fault.code === "UNAUTHENTICATED" ? text("signed-out") : fault.lost ? text("lost") : text("failed", { why: fault.message }));
  }
}

part("hold-acts").addEventListener("click", event => {
  const method = event.target.dataset.act;
  if (method) act(method, {
    ConfirmArrival: { observed_at: iso(now()) },
    ExtendHold: { eta: iso(Math.max(now(), Date.parse(kept.hold.eta)) + 15 * 60_000) },
  }[method]);
});

const refused = part("refused-dialog");
part("refused-open").addEventListener("click", () => refused.showModal());
refused.querySelector("form").addEventListener("submit", event => {
  if (event.submitter?.value === "save") act("ReportRefused", { reason: event.target.elements.reason.value, observed_at: iso(now()) });
});

part("hold-close").addEventListener("click", () => {
  kept = null;
  sessionStorage.removeItem(memory);
  draw();
});

if (kept) begin();
draw();
setInterval(draw, 5000);
