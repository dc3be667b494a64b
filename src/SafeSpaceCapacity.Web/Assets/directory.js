// The directory: whom to ring, every space with its entry and history.
import { call } from "./calls.js";
import { heard, now, time } from "./clock.js";
import { el, say, show } from "./dom.js";
import { fill } from "./table.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);
const chosen = new URLSearchParams(location.search).get("space");
const form = part("entry");
let spaces = [];
let shown = null;

try {
  await Promise.all([showCalls(), showSpaces(), chosen ? showOne() : null]);
  say(part("age"), text("age", { time: time(now()) }));
} catch (fault) {
  complain(fault);
}

function complain(fault) {
  const words = fault.code === "UNAUTHENTICATED" ? text("signed-out") : fault.lost ? text("lost") : text("failed", { why: fault.message });
  say(part("problem"), words);
}

async function showCalls() {
  const { calls = [], read_model: model } = await call("AdminService/GetCallList", {});
  if (model.simulated_at) heard(model.simulated_at);
  show(part("no-calls"), calls.length === 0);
  part("calls").replaceChildren(...calls.map(one => el("li", {},
    el("span", {}, el("a", { href: linkTo(one.space_id) }, one.name), ` (${one.council_area})`),
    el("span", {}, one.since ? text("since", { reason: text(one.reason), time: time(one.since) }) : text(one.reason)),
    el("a", { href: "tel:" + one.telephone.replace(/[^\d+]/g, "") }, text("ring", { number: one.telephone })))));
}

function linkTo(space) {
  return "?" + new URLSearchParams({ space });
}

async function showSpaces() {
  for (let token = ""; ;) {
    const answer = await call("AdminService/ListSpaces", { page_size: 200, page_token: token });
    spaces.push(...answer.spaces ?? []);
    token = answer.next_page_token;
    if (!token) break;
  }
  spaces.sort((a, b) => a.choice.name.localeCompare(b.choice.name));
  part("filter").addEventListener("input", drawSpaces);
  drawSpaces();
}

function drawSpaces() {
  const wanted = part("filter").value.trim().toLowerCase();
  const found = spaces.filter(({ choice }) => `${choice.name} ${choice.council_area}`.toLowerCase().includes(wanted));
  say(part("count"), text("count", { n: found.length }));
  fill(part("spaces"), ["name", "area", "state", "confirmed"].map(name => text("col." + name)), found.map(({ space_id, choice, availability }) => [
    el("a", { href: linkTo(space_id) }, choice.name),
    choice.council_area,
    availability.open === undefined ? text("state.unknown") : availability.open ? text("state.open", { n: availability.available ?? 0 }) : text("state.closed"),
    availability.confirmed_at ? time(availability.confirmed_at) : text("never"),
  ]));
}

// One space.

async function showOne() {
  const [space, changes] = await Promise.all([call("AdminService/GetSpace", { space_id: chosen }), call("AdminService/GetSpaceChanges", { space_id: chosen })]);
  shown = space;
  say(part("one-title"), space.entry.name);
  say(part("one-id"), text("short-name", { id: chosen }));
  for (const field of form.querySelectorAll("input")) field.value = space.entry[field.name] ?? "";
  part("changes").replaceChildren(...(changes.changes ?? []).map(change => el("li", {},
    text("change", { time: time(change.at), what: text(change.what), actor: change.actor }), differences(change.differences))));
  show(part("one"), true);
}

// Many, as of a new entry, are there for who wants them.
function differences(all = []) {
  const list = el("ul", {}, ...all.map(one => el("li", {}, text("difference", { field: field(one.field), before: value(one.before), after: value(one.after) }))));
  return all.length <= 6 ? list : el("details", {}, el("summary", {}, text("details", { n: all.length })), list);
}

function known(key, otherwise) {
  return text(key) === key ? otherwise : text(key);
}

function field(name) {
  return known("field." + name, known("rule." + name, name.replaceAll("_", " ").replaceAll(".", ", ")));
}

// What a field held, as JSON, in words.
function value(json) {
  return json ? inWords(JSON.parse(json)) : text("nothing");
}

function inWords(held) {
  if (typeof held === "boolean") return text(held ? "yes" : "no");
  if (Array.isArray(held)) return held.map(inWords).join("; ") || text("nothing");
  if (typeof held === "object") return Object.entries(held).map(([name, part]) => `${field(name)}: ${inWords(part)}`).join(", ");
  return typeof held === "string" ? known(held, held) : String(held);
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  say(part("problem"), "");
  for (const place of form.querySelectorAll(".fault")) say(place, "");
  const entry = { ...shown.entry, ...Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value])) };
  if (entry.places === "") delete entry.places;
  else entry.places = Number(entry.places);
  try {
    const answer = await call("AdminService/ChangeSpace", { command_id: crypto.randomUUID(), space_id: chosen, entry, expected_changes: shown.changes });
    if (answer.rejected) return say(part("problem"), text("rejected", { why: answer.rejected.words }));
    await showOne();
    say(part("age"), text("saved"));
  } catch (fault) {
    complainOf(fault);
  }
});

// What is wrong, first all of it with a way to each field, then beside each.
function complainOf(fault) {
  const places = fault.fields?.map(({ field, rule }) => ({ input: form.elements[field.replace(/^entry\./, "")], field, rule })) ?? [];
  if (places.length === 0) return complain(fault);
  for (const { input, rule } of places) if (input) say(part(input.id + "-fault"), rule);
  part("problem").replaceChildren(el("div", { className: "faults" }, el("h2", {}, text("problem")), el("ul", {}, ...places.map(({ input, field, rule }) =>
    el("li", {}, input ? el("a", { href: "#" + input.id }, `${input.labels[0].textContent}: ${rule}`) : `${field}: ${rule}`)))));
}
