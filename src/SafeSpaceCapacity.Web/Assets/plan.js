// The planning page: watches how areas stand now, asks for the figures of hours that are over as the address names them, and shows both.
import { call, watch } from "./calls.js";
import { heard, iso, now, time } from "./clock.js";
import { el, say, show } from "./dom.js";
import * as chart from "./plan-chart.js";
import { showDemand, train } from "./plan-demand.js";
import { showMap } from "./plan-map.js";
import { figures, ofSpaces, refusals, week } from "./plan-figures.js";
import { savePicture } from "./picture.js";
import { csv, fill, refill, save } from "./table.js";
import { text } from "./texts.js";

const page = document.getElementById("plan");
const part = id => document.getElementById(id);
const asked = Object.fromEntries(new URLSearchParams(location.search));
const tables = {};
let areaRows = new Map();
let newest = null;
let heardAt = null;
let map = null;
let pastUntil = 0;
const few = value => value === undefined ? text("few") : value;
const round = value => typeof value === "number" ? Math.round(value * 10) / 10 : value;
const codes = totals => totals.areas.map(area => area.area_code).join();
const hourNow = () => Math.floor(now() / 3_600_000) * 3_600_000;

heard(page.dataset.now);
watch("PlannerService/WatchAreaTotals", {}, told, connected);

// What the service says: at first all, then what changed, and now and then that nothing did.
function told({ totals, as_of: asOf, read_model: model }) {
  heard(asOf);
  heardAt = asOf;
  const before = newest;
  newest = totals ?? newest;
  sayAge(model);
  if (!before) begin(choose(newest.areas)).catch(complain);
  // This account plans for other areas now.
  else if (codes(before) !== codes(newest)) location.reload();
  else {
    if (totals) showAreas();
    map?.update(newest.areas);
    if (map && hourNow() > pastUntil) showPast(map.choice).catch(complain);
  }
}

async function begin(choice) {
  showAreas();
  const update = await showMap(newest.areas, choice, { choose: area => location.assign(linkTo(area)), told: tellOnMap, asked: keepAddress });
  map = { choice, update };
  // It may have changed while the map was drawn.
  update(newest.areas);
  await showPast(choice);
  if (choice.area && !choice.space) await demand(choice);
}

// The hours that are over: one more whenever one is.
async function showPast(choice) {
  pastUntil = hourNow();
  if (choice.area) await showHours(choice);
}

function connected(state) {
  const line = part("connection");
  if (line.dataset.state === state) return;
  line.dataset.state = state;
  say(line, text("connection." + state, { time: time(heardAt ?? now()) }));
  if (state === "signed-out") line.append(" ", el("a", { href: `/sign-in?from=${encodeURIComponent(location.pathname + location.search)}` }, text("sign-in")));
}

function complain(fault) {
  say(part("problem"), fault.code === "UNAUTHENTICATED" ? text("signed-out") : fault.lost ? text("lost") : text("failed", { why: fault.message }));
}

// What the address asks for; else the area in which most people live, and four weeks.
function choose(areas) {
  const byPeople = [...areas].sort((a, b) => (b.population ?? 0) - (a.population ?? 0));
  const area = areas.find(one => one.area_code === asked.area) ?? byPeople.find(one => one.totals.spaces > 0) ?? byPeople[0];
  const space = area?.spaces?.find(one => one.space_id === asked.space);
  const days = [7, 14, 28].includes(Number(asked.days)) ? Number(asked.days) : 28;
  const shown = space ? ofSpaces : Object.keys(figures);
  const figure = shown.includes(asked.figure) ? asked.figure : "safe_capacity";
  const byName = [...areas].sort((a, b) => a.name.localeCompare(b.name));
  options("area", byName.map(one => [one.area_code, one.name]), area?.area_code);
  part("space").append(...(area?.spaces ?? []).map(one => el("option", { value: one.space_id, selected: one === space }, one.name)));
  options("days", [7, 14, 28].map(n => [n, text("days", { n })]), days);
  options("figure", shown.map(name => [name, text("fig." + name)]), figure);
  const by = asked.by === "hour" ? "hour" : "day";
  options("by", ["day", "hour"].map(name => [name, text("by." + name)]), by);
  return { area, space, days, figure, by, source: asked.source ?? "", part: asked.part, shade: asked.shade, at: asked.at };
}

function options(id, choices, chosen) {
  part(id).replaceChildren(...choices.map(([value, words]) => el("option", { value, selected: value === chosen }, words)));
}

function sayAge(model) {
  const behind = Math.round(Number(model?.behind_milliseconds ?? 0) / 1000);
  const demo = newest.areas.some(one => one.spaces?.some(space => space.demo));
  say(part("age"), [text(behind > 1 ? "age.behind" : "age", { time: time(now()), seconds: behind }), demo ? text("demo") : ""].join(" "));
}

// The table stays where it is, with its focus: a change is a cell with other words. What the map says of an area stands in it already.
function showAreas() {
  const { areas, together } = newest;
  const headings = ["area", "map", "safe", "here", "held", "free", "open", "unconfirmed", "spaces", "places"].map(name => text("col." + name));
  const before = tables.areas?.rows;
  const cells = (of, y) => [
    before?.[y][1] ?? "", of.safe_capacity ?? 0, ...[of.occupied, of.held, of.available].map(count => few(count?.count)), of.open ?? 0, of.unconfirmed ?? 0, of.spaces ?? 0, of.places ?? 0,
  ];
  const sorted = [...areas].sort((a, b) => a.name.localeCompare(b.name));
  const rows = [...sorted.map((one, y) => [one.name, ...cells(one.totals, y)]), [text("together"), ...cells(together, sorted.length)]];
  tables.areas = { headings, rows };
  areaRows = new Map(sorted.map((one, i) => [one.area_code, i]));
  if (before) return refill(part("areas"), rows);
  fill(part("areas"), headings, rows.map((row, i) => sorted[i] ? [el("a", { href: linkTo(sorted[i]) }, row[0]), ...row.slice(1)] : row));
}

function linkTo(area) {
  return "?" + new URLSearchParams({ ...asked, area: area.area_code, space: "" });
}

// What the map says of an area, in the table.
function tellOnMap(code, words) {
  const row = areaRows.get(code);
  tables.areas.rows[row][1] = words;
  say(part("areas").tBodies[0].rows[row].cells[1], words);
}

// So that the view can be shared as it is, and is kept by the filters.
function keepAddress(shade, at) {
  Object.assign(asked, { shade, at });
  part("kept-at").value = at;
  history.replaceState(null, "", "?" + new URLSearchParams(asked));
}

async function showHours({ area, space, days, figure }) {
  const until = pastUntil;
  const from = until - days * 86_400_000;
  const found = await all(space ? "PlannerService/GetSpaceHistory" : "PlannerService/GetHourlyTotals", {
    ...(space ? { space_id: space.space_id } : { area_codes: [area.area_code] }), from: iso(from), until: iso(until), page_size: 1000,
  });
  const kept = found.kept_from && Date.parse(found.kept_from) > from ? " " + text("kept", { time: time(found.kept_from) }) : "";
  say(part("period"), `${space?.name ?? area.name}: ${text("period", { from: time(from), until: time(until) })}${kept}`);
  show(part("refused-part"), !space);
  show(part("happened-part"), Boolean(space));
  show(part("demand-part"), !space);
  show(part("hours"), found.hours.length > 0);
  if (found.hours.length === 0) return say(part("period"), text("nothing"));
  showWeek(found.hours, figure);
  chart.course(part("course"), found.hours, figures);
  tables.course = {
    headings: [text("col.hour"), ...Object.keys(figures).filter(name => !space || ofSpaces.includes(name)).map(name => text("fig." + name))],
    rows: found.hours.map(hour => [hour.local_time, ...Object.entries(figures).filter(([name]) => !space || ofSpaces.includes(name)).map(([, of]) => round(few(of(hour))) ?? "")]),
  };
  if (space) showHappenings(found.hours);
  else showRefusals(found);
}

async function demand(choice) {
  tables.demand = await showDemand(choice.area, choice);
  part("train").onclick = () => train(part("train"), part("train-state"), () => demand(choice).catch(complain));
}

async function all(method, question) {
  const found = { hours: [], days: [] };
  for (let token = ""; ;) {
    const answer = await call(method, { ...question, page_token: token });
    found.hours.push(...answer.hours ?? []);
    found.days.push(...answer.days ?? []);
    found.kept_from = answer.kept_from;
    token = answer.next_page_token;
    if (!token) return found;
  }
}

function showWeek(hours, figure) {
  const days = Array.from({ length: 7 }, (_, i) => new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + i)));
  const cells = week(hours, figure);
  const values = cells.flat().map(cell => cell.value).filter(value => typeof value === "number");
  const most = Math.max(...values, 0);
  const headings = [text("fig." + figure), ...Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"))];
  const words = ({ value, isPartial }) => value === undefined ? text("few") : value === null ? "" : `${isPartial ? "≤" : ""}${round(value)}`;
  tables.week = { headings, rows: cells.map((day, i) => [days[i], ...day.map(words)]) };
  fill(part("week"), headings, tables.week.rows, (y, x) => {
    const { value } = cells[y][x - 1];
    return { className: typeof value === "number" ? `l${most > 0 ? Math.min(4, Math.floor(5 * value / most)) : 0}` : "few" };
  });
}

function showRefusals({ hours, days }) {
  const headings = ["reason", "count", "days"].map(name => text("col." + name));
  tables.refused = { headings, rows: refusals(hours, days).map(({ reason, count, days: shown }) => [text(reason), count, shown]) };
  fill(part("refused"), headings, tables.refused.rows.length > 0 ? tables.refused.rows : [[text("few.long"), text("few"), ""]]);
}

function showHappenings(hours) {
  const all = hours.flatMap(hour => hour.happenings ?? []).reverse().slice(0, 100);
  part("happened").replaceChildren(...all.map(one => el("li", {}, `${time(one.happened_at)}: `, [
    text(one.kind, { n: one.safe_capacity ?? 0 }),
    one.pause_reason ? text(one.pause_reason) : "",
  ].filter(Boolean).join(", "))));
}

page.addEventListener("click", event => {
  const name = event.target.dataset.csv;
  const picture = event.target.dataset.png;
  if (picture) takePicture(picture).catch(complain);
  if (name && tables[name]) save(`${name}-${iso(now()).slice(0, 16).replace(":", "")}.csv`, csv(tables[name].headings, tables[name].rows));
});

// With what it shows, of when, and how old it is.
function takePicture(name) {
  const words = id => part(id).textContent.trim();
  const all = {
    map: [`${part("shade").selectedOptions[0].textContent}, ${words("at-words")}`, words("age")],
    course: [words("period"), words("age")],
    fan: [words("period"), part("fan").querySelector("title")?.textContent ?? "", words("demand-state"), words("forecast-state"), words("forecast-record")],
  };
  const section = part(name).closest("section");
  const heading = part(section.getAttribute("aria-labelledby")).textContent;
  return savePicture(`${name}-${iso(now()).slice(0, 16).replace(":", "")}.png`, part(name), heading, section.querySelector(".legend"), all[name]);
}
