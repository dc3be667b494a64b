// The record of who did what: what the address asks for, a page at a time.
import { call } from "./calls.js";
import { iso, now, ofLocal, time } from "./clock.js";
import { el, say, show } from "./dom.js";
import { csv, fill, save } from "./table.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);
const { page: token = "", ...asked } = Object.fromEntries([...new URLSearchParams(location.search)].filter(([, value]) => value !== ""));
const form = part("filters");
for (const kind of ["READ", "WRITE", "SIGN_IN", "JOB"].map(name => "AUDIT_KIND_" + name)) part("kind").append(el("option", { value: kind }, text(kind)));
for (const [name, value] of Object.entries(asked)) if (form.elements[name]) form.elements[name].value = value;

const headings = ["at", "actor", "method", "space", "outcome", "role", "client", "observed", "position"].map(name => text("col." + name));
let entries = [];
try {
  const { actor, space_id, outcome, kind } = asked;
  const from = isDay(asked.from) && iso(ofLocal(asked.from + "T00:00:00"));
  const until = isDay(asked.until) && iso(ofLocal(nextDay(asked.until) + "T00:00:00"));
  const answer = await call("AuditService/QueryAudit", {
    filter: { ...(actor && { actor }), ...(space_id && { space_id }), ...(outcome && { outcome }), ...(kind && { kind }), ...(from && { from }), ...(until && { until }) }, page_size: 100, page_token: token,
  });
  entries = answer.entries ?? [];
  say(part("count"), entries.length === 0 ? text("none") : text("found", { n: entries.length }));
  const seconds = at => new Date(at).toLocaleTimeString("en-GB", { timeZone: "Europe/London" });
  fill(part("entries"), headings, entries.map(entry => [
    `${time(entry.recorded_at).replace(/\d\d:\d\d$/, "")}${seconds(entry.recorded_at)}`.trim(), entry.actor, entry.method.split(".").at(-1), entry.space_id,
    entry.outcome, entry.role, entry.client, entry.observed_at ? time(entry.observed_at) : "", entry.log_position ?? "",
  ]));
  show(part("next"), Boolean(answer.next_page_token));
  part("next").href = "?" + new URLSearchParams({ ...asked, page: answer.next_page_token ?? "" });
} catch (fault) {
  say(part("count"), "");
  say(part("problem"), fault.code === "UNAUTHENTICATED" ? text("signed-out") : fault.lost ? text("lost") : text("failed", { why: fault.message }));
}

// What is typed into an address may be no day.
function isDay(value) {
  return /^\d{4}-\d\d-\d\d$/.test(value ?? "") && !Number.isNaN(Date.parse(value));
}

function nextDay(day) {
  return iso(Date.parse(day) + 86_400_000).slice(0, 10);
}

part("csv").addEventListener("click", () => save(`audit-${iso(now()).slice(0, 10)}.csv`, csv(headings, entries.map(entry => [
  entry.recorded_at, entry.actor, entry.method, entry.space_id, entry.outcome, entry.role, entry.client, entry.observed_at ?? "", entry.log_position ?? "",
]))));
