// Pictures of figures: areas as circles, and the course of a period. Each says in words what it shows.
import { time } from "./clock.js";
import { text } from "./texts.js";

/** An element of a picture. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Areas where they are: size by population, colour by how much of the safe capacity is free. A click chooses one, as its link in the table does. */
export function map(picture, areas, chosen, choose) {
  const flat = Math.cos(57 * Math.PI / 180);
  const points = areas.map(area => ({ area, x: area.centre.longitude * flat * 100, y: -area.centre.latitude * 100, r: Math.sqrt(area.population ?? 10_000) / 42 }));
  const [left, right] = [Math.min(...points.map(p => p.x - p.r)), Math.max(...points.map(p => p.x + p.r))];
  const [top, bottom] = [Math.min(...points.map(p => p.y - p.r)), Math.max(...points.map(p => p.y + p.r))];
  const edge = 6;
  picture.setAttribute("viewBox", [left - edge, top - edge, Math.max(40, right - left + 2 * edge), Math.max(40, bottom - top + 2 * edge)].join(" "));
  picture.replaceChildren(...points.sort((a, b) => b.r - a.r).map(({ area, x, y, r }) => {
    const { safe_capacity: safe = 0, available } = area.totals;
    const level = available?.count === undefined ? "few" : safe === 0 ? "none" : `l${Math.min(4, Math.floor(5 * available.count / safe))}`;
    const words = text("map.area", {
      name: area.name, safe, free: available?.count ?? text("few.long"), population: (area.population ?? 0).toLocaleString("en-GB"),
    });
    const circle = svg("circle", { cx: x, cy: y, r: Math.max(r, 3), class: `area ${level}${area.area_code === chosen ? " chosen" : ""}` }, svg("title", {}, words));
    circle.addEventListener("click", () => choose(area));
    return circle;
  }));
}

/** Safe capacity as a surface and people there as a line, by the hour. What is not shown leaves a gap. */
export function course(picture, hours, figures) {
  const [width, height, left, below] = [960, 260, 36, 26];
  const safe = hours.map(hour => figures.safe_capacity(hour) ?? 0);
  const here = hours.map(hour => figures.occupied(hour));
  const most = Math.max(4, ...safe, ...here.map(value => value ?? 0));
  const first = Date.parse(hours[0].hour_starts_at);
  const last = Date.parse(hours.at(-1).hour_starts_at) + 3_600_000;
  const x = at => left + (width - left) * (at - first) / (last - first);
  const y = value => height - below - (height - below - 8) * value / most;
  const parts = [];
  const step = Math.ceil(most / 5);
  for (let value = 0; value <= most; value += step) {
    parts.push(svg("line", { x1: left, x2: width, y1: y(value), y2: y(value), class: "grid" }), svg("text", { x: left - 6, y: y(value) + 4, class: "scale" }, String(value)));
  }
  const hour = 3_600_000;
  const days = Math.round((last - first) / (24 * hour));
  for (let at = Math.ceil(first / (24 * hour)) * 24 * hour; at < last; at += Math.max(1, Math.ceil(days / 8)) * 24 * hour) {
    parts.push(svg("line", { x1: x(at), x2: x(at), y1: 8, y2: height - below, class: "grid" }), svg("text", { x: x(at) + 3, y: height - 8, class: "when" }, day.format(at)));
  }
  let surface = "";
  let line = "";
  let isDrawn = false;
  hours.forEach((one, i) => {
    const [from, to] = [x(Date.parse(one.hour_starts_at)), x(Date.parse(one.hour_starts_at) + hour)];
    surface += `M${from} ${y(0)}V${y(safe[i])}H${to}V${y(0)}Z`;
    isDrawn = here[i] === undefined || here[i] === null ? false : (line += `${isDrawn ? "L" : "M"}${from} ${y(here[i])}H${to}`, true);
  });
  parts.push(svg("path", { d: surface, class: "safe" }), svg("path", { d: line, class: "here" }));
  const words = text("chart", { from: time(first), until: time(last), safe: Math.round(Math.max(...safe) * 10) / 10, here: Math.max(...here.map(value => value ?? 0)) || text("few.long") });
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.replaceChildren(svg("title", {}, words), ...parts);
}

const day = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", day: "numeric", month: "short" });
