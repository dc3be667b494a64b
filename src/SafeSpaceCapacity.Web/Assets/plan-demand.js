// Demand on the planning page: what was asked and what became of it, what is forecast, and how far to trust that.
import { stream } from "./calls.js";
import { ago, iso, now, ofLocal, time } from "./clock.js";
import { el, say, show } from "./dom.js";
import { fan } from "./plan-chart.js";
import { fill } from "./table.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);
const hour = 3_600_000;
const periods = { day: "DEMAND_PERIOD_DAY", hour: "DEMAND_PERIOD_HOUR" };
const shown = count => count?.count ?? null;

/** The demand of areas over days that are over: { header, rows }, each row with from and until; a count that is not shown is null. */
export async function history(areas, { days, by, source }) {
  const found = { rows: [] };
  const until = Math.floor(now() / hour) * hour;
  const question = { area_codes: areas, from: iso(until - days * 24 * hour), until: iso(until), period: periods[by], source };
  await stream("PlanningService/GetDemandHistory", [question], ({ header, row }) => {
    if (header) found.header = header;
    if (row) found.rows.push({ ...row, ...span(Date.parse(row.starts_at), by), met: shown(row.met), unmet: shown(row.unmet), unknown: shown(row.unknown), counted: shown(row.counted) });
  });
  return found;
}

/** What is forecast of areas: { header, none, rows }, each row with from, until, and its quantiles by probability. */
export async function forecast(areas, { days, by, source }) {
  const found = { rows: [] };
  const question = { area_codes: areas, period: periods[by], source, periods: by === "day" ? days : Math.min(days * 24, 168) };
  await stream("PlanningService/GetForecast", [question], ({ header, none, row }) => {
    if (header) found.header = header;
    if (none) found.none = none;
    if (row) found.rows.push({ ...row, ...span(ofLocal(row.local_time), by), quantiles: Object.fromEntries(found.header.probabilities.map((p, i) => [p, row.quantiles[i]])) });
  });
  return found;
}

// A day ends where the next begins, which is 23 or 25 hours later when the clock is changed.
function span(from, by) {
  if (by === "hour") return { from, until: from + hour };
  const next = new Date(from + 36 * hour).toLocaleDateString("sv-SE", { timeZone: "Europe/London" });
  return { from, until: ofLocal(next + "T00:00:00") };
}

/** Shows the demand of one area, or of a part of it, and gives it as a table. */
export async function showDemand(area, choice) {
  const [past, coming] = await Promise.all([history([area.area_code], choice), forecast([area.area_code], choice)]);
  // What was counted first; a sum of the parts is only forecast.
  const parts = [...new Set([...past.rows, ...coming.rows].map(row => row.area_code))];
  const chosen = parts.includes(choice.part) ? choice.part : parts[0];
  // The service's own counts have no name.
  const sources = ["", ...past.header.sources ?? []];
  show(part("source-field"), sources.length > 1);
  part("source").replaceChildren(...sources.map(name => el("option", { value: name, selected: name === choice.source }, name || text("source.own"))));
  show(part("part-field"), parts.length > 1);
  // What nobody could choose is not in the address: it would be a choice when there are parts.
  part("part").disabled = parts.length < 2;
  part("part").replaceChildren(...parts.map(code => el("option", { value: code, selected: code === chosen }, code === area.area_code ? area.name : code)));
  const [asked, expected] = [past, coming].map(({ rows }) => rows.filter(row => row.area_code === chosen));
  const lines = choice.source ? ["counted"] : ["met", "unmet", "unknown"];
  for (const line of ["met", "unmet", "unknown", "counted"]) show(part("legend-" + line), lines.includes(line));
  show(part("fan-part"), asked.length + expected.length > 0);
  sayPast(past.header, asked);
  sayForecast(coming, choice.by);
  if (asked.length + expected.length === 0) return null;
  fan(part("fan"), asked, lines, expected, words(asked, lines, expected));
  const table = tableOf(asked, lines, expected, choice.by);
  fill(part("demand"), table.headings, table.rows);
  return table;
}

function sayPast({ recorded_since: since, settled_until: settled, lost }, asked) {
  const all = [];
  if (asked.length === 0) all.push(text("demand.none"));
  if (since && Date.parse(since) > (asked[0]?.from ?? 0)) all.push(text("demand.since", { time: time(since) }));
  if (settled && asked.length > 0 && asked.at(-1).until > Date.parse(settled)) all.push(text("demand.unsettled", { time: time(settled) }));
  if (Number(lost ?? 0) > 0) all.push(text("demand.lost", { n: lost }));
  say(part("demand-state"), all.join(" "));
}

function sayForecast({ header, none }, by) {
  const next = time((header ?? none).next_training_at);
  if (none) {
    say(part("forecast-state"), none.failure ? text("forecast.failed", { time: time(none.failed_at), why: none.failure, next }) : text("forecast.none", { next }));
    say(part("forecast-record"), "");
  } else {
    const failure = header.failure ? " " + text("forecast.stays", { time: time(header.failed_at), why: header.failure }) : "";
    say(part("forecast-state"), text("forecast.age", { time: time(header.trained_at), ago: ago(header.trained_at), from: date(header.learnt_from), until: date(header.learnt_until), next }) + failure);
    say(part("forecast-record"), record(header, by));
  }
  show(part("models-part"), Boolean(header));
  if (!header) return;
  const headings = ["model", "level", "off", "week", "band", "used"].map(name => text("col." + name));
  const round = value => value === undefined ? "" : Math.round(value * 100) / 100;
  fill(part("models"), headings, header.record.map(of => [
    of.model, text("level." + of.level.replace(/\d+$/, "")), round(of.mae), round(of.mase), text("percent", { n: Math.round(100 * (of.pit80 ?? 0)) }), of.champion ? text("yes") : "",
  ]));
}

// How it would have done on the past, in words.
function record({ record: all, windows = 0, window_periods: length = 0, learnt_until: until }, by) {
  const best = all.find(of => of.champion && of.level === "area");
  if (!best) return "";
  const days = Math.round(windows * length / (by === "day" ? 1 : 24));
  const stretch = days % 7 === 0 ? text("weeks", { n: days / 7 }) : text("days", { n: days });
  return text(`forecast.record.${by}`, { stretch, until: date(until), tens: Math.round(100 * (best.pit80 ?? 0)) / 10, off: Math.round(10 * (best.mae ?? 0)) / 10 });
}

const date = local => new Date(local + "Z").toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
const between = one => text("between", { low: one.quantiles[0.1], high: one.quantiles[0.9] });

function words(asked, lines, expected) {
  const was = asked.length === 0 ? "" : text("fan.past", {
    from: time(asked[0].from), until: time(asked.at(-1).until),
    most: lines.map(line => `${text("legend." + line)}: ${Math.max(...asked.map(one => one[line] ?? 0)) || text("few.long")}`).join("; "),
  });
  const will = expected.length === 0 ? "" : text("fan.coming", { first: time(expected[0].from), firstBand: between(expected[0]), last: time(expected.at(-1).from), lastBand: between(expected.at(-1)) });
  return [was, will].filter(Boolean).join(" ");
}

function tableOf(asked, lines, expected, by) {
  const hidden = by === "day" && lines.length > 1;
  const headings = [text(by === "day" ? "col.day" : "col.hour"), ...lines.map(line => text("legend." + line)), ...hidden ? [text("col.hidden")] : [], text("col.mean"), text("col.low"), text("col.high")];
  const when = row => by === "day" ? row.local_time.slice(0, 10) : row.local_time.slice(0, 16).replace("T", " ");
  return {
    headings,
    rows: [
      ...asked.map(row => [when(row), ...lines.map(line => row[line] ?? text("few")), ...hidden ? [row.hidden_estimate ?? ""] : [], "", "", ""]),
      ...expected.map(row => [when(row), ...lines.map(() => ""), ...hidden ? [""] : [], Math.round(10 * (row.mean ?? 0)) / 10, row.quantiles[0.1], row.quantiles[0.9]]),
    ],
  };
}

/** Trains all forecasts, once for all who wait for it; done() is called when they are there. */
export async function train(button, state, done) {
  button.disabled = true;
  say(state, text("train.begun"));
  const failures = [];
  let isHeard = false;
  try {
    await stream("PlanningService/TrainForecast", [{}], ({ source, period, done: steps = 0, of = 0, failure }) => {
      isHeard = true;
      const what = text(`train.${period}`, { whose: source || text("source.own") });
      if (failure) failures.push(text("train.failed", { what, why: failure }));
      say(state, [text("train.progress", { what, done: steps, of }), ...failures].join(" "));
    });
    await done();
    say(state, [text("train.done"), ...failures].join(" "));
  } catch (fault) {
    // It goes on without anybody watching, and watching ends after some minutes.
    say(state, fault.lost || isHeard ? text("train.lost") : text("failed", { why: fault.message }));
  }
  button.disabled = false;
}
