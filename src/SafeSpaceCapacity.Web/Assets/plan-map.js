// The map of areas: what they are shaded by, and when. The table beside it says the same.
import { call } from "./calls.js";
import { iso, now, time } from "./clock.js";
import { el, say } from "./dom.js";
import { svg } from "./plan-chart.js";
import { forecast, history } from "./plan-demand.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);
const date = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", weekday: "short", day: "numeric", month: "short" });

// A degree of longitude is so much of one of latitude in the middle of Scotland; a hundred to a degree of latitude.
const flat = Math.cos(57 * Math.PI / 180);
const [x, y] = [longitude => Math.round(longitude * flat * 1000) / 10, latitude => Math.round(-latitude * 1000) / 10];

const hourMapDays = 7;

/**
 * Shows the map. choose(area) is called where one is clicked, told(code, words) with what the map says of an area, asked(shade, at) with what is looked at,
 * to be kept in the address. Gives what brings the map up to date with areas as they stand now.
 */
export async function showMap(areas, choice, { choose, told, asked }) {
  const shapes = draw(areas, await boundaries(), choice.area?.area_code, choose);
  const shades = choice.source ? ["free", "counted", "forecast"] : ["free", "met", "unmet", "forecast"];
  const select = part("shade");
  const slider = part("at");
  const kept = new Map();
  let periods = [];
  let turn = 0;
  select.replaceChildren(...shades.map(name => el("option", { value: name, selected: name === choice.shade }, text("shade." + name))));
  select.onchange = () => change().catch(() => say(part("map-state"), text("lost")));
  slider.oninput = () => shade();
  await change(choice.at);
  return current => {
    for (const area of current) shapes.get(area.area_code).area = area;
    if (select.value === "free") shade();
  };

  async function change(at) {
    const name = select.value;
    const mine = ++turn;
    const loaded = name === "free" ? [] : await load(name);
    // Something else was chosen meanwhile.
    if (mine !== turn) return;
    periods = loaded;
    slider.disabled = periods.length < 2;
    slider.max = String(Math.max(0, periods.length - 1));
    const wanted = periods.findIndex(period => iso(period.from) === at);
    slider.value = String(wanted >= 0 ? wanted : name === "forecast" ? 0 : periods.length - 1);
    shade();
  }

  async function load(name) {
    const isComing = name === "forecast";
    const days = choice.by === "hour" ? Math.min(choice.days, hourMapDays) : choice.days;
    const source = isComing ? forecast : history;
    if (!kept.has(source)) kept.set(source, source([], { ...choice, days }));
    const { rows } = await kept.get(source);
    const all = new Map();
    for (const row of rows) {
      if (!shapes.has(row.area_code)) continue;
      const period = all.get(row.from) ?? { from: row.from, until: row.until, values: new Map() };
      all.set(row.from, period);
      period.values.set(row.area_code, isComing ? Math.round(10 * (row.mean ?? 0)) / 10 : row[name]);
    }
    return [...all.values()].sort((a, b) => a.from - b.from);
  }

  function shade() {
    const name = select.value;
    const period = periods[Number(slider.value)];
    const limits = limitsOf(name, Math.max(1, ...periods.flatMap(one => [...one.values.values()].map(value => value ?? 0))));
    const when = name === "free" ? text("at.now", { time: time(now()) }) : !period ? text("at.none") : choice.by === "day" ? date.format(period.from) : time(period.from);
    say(part("at-words"), when);
    slider.setAttribute("aria-valuetext", when);
    for (const { area, shape, title } of shapes.values()) {
      const { level, words } = name === "free" ? free(area) : demand(period?.values.get(area.area_code), limits);
      shape.setAttribute("class", `area ${level}${area.area_code === choice.area?.area_code ? " chosen" : ""}`);
      say(title, name === "free" ? text("map.area", { name: area.name, free: words, safe: area.totals.safe_capacity ?? 0, population: (area.population ?? 0).toLocaleString("en-GB") }) : `${area.name}: ${words}`);
      told(area.area_code, name === "free" ? text("map.of", { free: words, safe: area.totals.safe_capacity ?? 0 }) : words);
    }
    legend(name, limits);
    say(part("map-state"), name !== "free" && periods.length === 0 ? text("map.none." + (name === "forecast" ? "forecast" : "past")) : "");
    asked(name, period ? iso(period.from) : "");
  }
}

function free({ totals: { safe_capacity: safe = 0, available } }) {
  const level = available?.count === undefined ? "few" : safe === 0 ? "none" : `l${Math.min(4, Math.floor(5 * available.count / safe))}`;
  return { level, words: available?.count === undefined ? text("few") : String(available.count) };
}

// Up to what each shade goes, as it is said beside the map: so an area never has another shade than the one whose words hold for it.
function limitsOf(name, most) {
  const round = name === "forecast" ? 10 : 1;
  return [1, 2, 3, 4, 5].map(i => Math.round(round * most * i / 5) / round);
}

function demand(value, limits) {
  if (value === undefined) return { level: "few", words: "" };
  if (value === null) return { level: "few", words: text("few") };
  return { level: `d${limits.findIndex(limit => value <= limit)}`, words: String(value) };
}

function legend(name, limits) {
  const levels = name === "free"
    ? limits.map((_, i) => ({ level: `l${i}`, words: text("map.share", { low: 20 * i, high: 20 * (i + 1) }) }))
    : limits.flatMap((limit, i) => limit === limits[i - 1] ? [] : { level: `d${i}`, words: text("map.upto", { n: limit }) });
  part("map-legend").replaceChildren(...[...levels, { level: "few", words: text("map.few") }].map(({ level, words }) =>
    el("li", {}, svg("svg", { class: "key", viewBox: "0 0 28 14", "aria-hidden": "true" }, svg("path", { class: "area " + level, d: "M0 0H28V14H0Z" })), words)));
}

async function boundaries() {
  const { areas = [] } = await call("PlannerService/GetBoundaries", {});
  return new Map(areas.map(area => [area.area_code, area.rings ?? []]));
}

// Each area as its boundary where there is one, else as a circle: its size is how many people live there. By code.
function draw(areas, edges, chosen, choose) {
  const shapes = new Map();
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  const grow = (cx, cy, r = 0) => {
    [box.left, box.right] = [Math.min(box.left, cx - r), Math.max(box.right, cx + r)];
    [box.top, box.bottom] = [Math.min(box.top, cy - r), Math.max(box.bottom, cy + r)];
  };
  for (const area of [...areas].sort((a, b) => (b.population ?? 0) - (a.population ?? 0))) {
    const title = svg("title");
    const rings = edges.get(area.area_code);
    let shape;
    if (rings) {
      const paths = rings.map(({ latitudes, longitudes }) => latitudes.map((latitude, i) => [x(longitudes[i] / 10_000), y(latitude / 10_000)]));
      for (const [px, py] of paths.flat()) grow(px, py);
      shape = svg("path", { d: paths.map(path => `M${path.map(point => point.join(" ")).join("L")}Z`).join("") }, title);
    } else {
      const [cx, cy, r] = [x(area.centre.longitude), y(area.centre.latitude), Math.max(3, Math.sqrt(area.population ?? 10_000) / 42)];
      grow(cx, cy, r);
      shape = svg("circle", { cx, cy, r }, title);
    }
    shape.addEventListener("click", () => choose(area));
    shapes.set(area.area_code, { area, shape, title });
  }
  // Circles over boundaries, and the chosen one over all, so that its edge is whole.
  const order = ({ area, shape }) => area.area_code === chosen ? 2 : shape.nodeName === "circle" ? 1 : 0;
  const edge = 6;
  part("map").setAttribute("viewBox", [box.left - edge, box.top - edge, Math.max(40, box.right - box.left + 2 * edge), Math.max(40, box.bottom - box.top + 2 * edge)].join(" "));
  part("map").replaceChildren(...[...shapes.values()].sort((a, b) => order(a) - order(b)).map(({ shape }) => shape));
  say(part("map-help"), text(edges.size > 0 ? "map.help.edges" : "map.help.circles"));
  return shapes;
}
