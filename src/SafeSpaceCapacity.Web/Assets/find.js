// The crew page: a search, and a place kept.
import { call, watch } from "./calls.js";
import { heard } from "./clock.js";
import { say } from "./dom.js";
import { follow, insist } from "./find-hold.js";
import { complain, refresh, render } from "./find-view.js";
import { ofDevice, typed } from "./origin.js";
import { text } from "./texts.js";

const ask = document.getElementById("ask");
const said = document.getElementById("said");
let need = null;
let device = null;
let watching = 0;

async function find() {
  complain("");
  const where = ask.elements.where.value;
  if (!device && where.trim() === "") {
    complain(text("where.missing"));
    ask.elements.where.setAttribute("aria-invalid", "true");
    return ask.elements.where.focus();
  }
  ask.elements.where.removeAttribute("aria-invalid");
  say(said, text("finding"));
  need = crypto.randomUUID();
  const asked = question();
  try {
    const answer = await call("CrewService/FindSpaces", { ...asked, origin: device ?? typed(where), need_id: need });
    heard(answer.depart_at);
    render(answer, option => hold(option, asked));
    const title = document.getElementById("results-title");
    title.focus();
    title.scrollIntoView();
    follows((answer.options ?? []).map(option => option.space_id));
  } catch (fault) {
    fail(fault);
  }
}

function question() {
  const data = new FormData(ask);
  return {
    needs: data.getAll("need"),
    ...(data.get("age") && { age_band: data.get("age") }),
    legal_status: data.get("legal"),
    travel_mode: "TRAVEL_MODE_DRIVING",
  };
}

// What is shown stays true: each space is brought up to date as it changes.
function follows(spaces) {
  const mine = ++watching;
  if (spaces.length === 0) return;
  watch("CrewService/WatchSpaces", { space_ids: spaces }, told => {
    if (mine !== watching) return false;
    if (told.heartbeat) heard(told.heartbeat);
    for (const { availability } of [...(told.snapshot?.spaces ?? []), ...(told.changed ? [told.changed] : [])]) refresh(availability);
    return true;
  }, () => {});
}

function fail(fault) {
  say(said, "");
  complain(fault.code === "UNAUTHENTICATED" ? text("signed-out") : fault.lost ? text("lost")
    : text("failed", { why: fault.fields?.length > 0 ? fault.fields.map(field => field.rule).join("; ") : fault.message }));
}

ask.addEventListener("submit", event => {
  event.preventDefault();
  find();
});
ask.elements.where.addEventListener("input", () => { device = null; });

document.getElementById("device").addEventListener("click", async () => {
  try {
    device = await ofDevice();
    ask.elements.where.value = "";
    await find();
  } catch {
    complain(text("device.failed"));
  }
});

// A place: the call sign first, which is kept while the tab is open.

const dialog = document.getElementById("hold-dialog");
const form = dialog.querySelector("form");
let held = null;

function hold(option, asked) {
  held = { option, asked };
  say(document.getElementById("hold-dialog-title"), text("hold.at", { name: option.choice.name }));
  form.elements.call_sign.value = sessionStorage.getItem("call-sign") ?? "";
  form.elements.agreed.checked = false;
  dialog.showModal();
}

form.addEventListener("submit", async event => {
  if (event.submitter?.value !== "save") return;
  const { option, asked } = held;
  const { travel_mode, ...judged } = asked;
  const callSign = form.elements.call_sign.value.trim();
  sessionStorage.setItem("call-sign", callSign);
  complain("");
  try {
    const answer = await insist("CrewService/HoldPlace", {
      command_id: crypto.randomUUID(), space_id: option.space_id, eta: option.eta, need_id: need, call_sign: callSign, ...judged,
      ...(form.elements.agreed.checked && { person_agreed: true }),
    });
    if (answer.rejected) return complain(text("failed", { why: answer.rejected.words }));
    follow(option, answer);
    scrollTo({ top: 0 });
  } catch (fault) {
    fail(fault);
  }
});
