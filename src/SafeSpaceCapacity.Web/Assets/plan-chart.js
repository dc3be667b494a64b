// Pictures of figures over time: the course of a period, and a fan of what is forecast. Each says in words what it shows.
import { time } from "./clock.js";
import { text } from "./texts.js";

/** An element of a picture. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const hour = 3_600_000;
const [width, height, left, below, above] = [960, 260, 36, 26, 8];

/** The scales of a picture of a period: x of a moment, y of a number of people, and what is drawn behind. */
export function axes(first, last, most) {
  const x = at => left + (width - left) * (at - first) / (last - first);
  const y = value => height - below - (height - below - above) * value / most;
  const behind = [];
  const step = Math.ceil(most / 5);
  for (let value = 0; value <= most; value += step) {
    behind.push(svg("line", { x1: left, x2: width, y1: y(value), y2: y(value), class: "grid" }), svg("text", { x: left - 6, y: y(value) + 4, class: "scale" }, String(value)));
  }
  const days = Math.round((last - first) / (24 * hour));
  for (let at = Math.ceil(first / (24 * hour)) * 24 * hour; at < last; at += Math.max(1, Math.ceil(days / 8)) * 24 * hour) {
    behind.push(svg("line", { x1: x(at), x2: x(at), y1: above, y2: height - below, class: "grid" }), svg("text", { x: x(at) + 3, y: height - 8, class: "when" }, day.format(at)));
  }
  return { x, y, behind };
}

/** A line that keeps each value for its period. Where there is none, it breaks off. */
export function steps(periods, { x, y }, value) {
  let line = "";
  let isDrawn = false;
  for (const period of periods) {
    const at = value(period);
    if (at === undefined || at === null) isDrawn = false;
    else {
      line += `${isDrawn ? "L" : "M"}${x(period.from)} ${y(at)}H${x(period.until)}`;
      isDrawn = true;
    }
  }
  return line;
}

/** Puts a picture together, with what it shows in words. */
export function draw(picture, words, ...parts) {
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.replaceChildren(svg("title", {}, words), ...parts);
}

/** Safe capacity as a surface and people there as a line, by the hour. What is not shown leaves a gap. */
export function course(picture, hours, figures) {
  const periods = hours.map(one => ({ from: Date.parse(one.hour_starts_at), until: Date.parse(one.hour_starts_at) + hour, safe: figures.safe_capacity(one) ?? 0, here: figures.occupied(one) }));
  const safe = Math.max(...periods.map(one => one.safe));
  const here = Math.max(0, ...periods.map(one => one.here ?? 0));
  const [first, last] = [periods[0].from, periods.at(-1).until];
  const scales = axes(first, last, Math.max(4, safe, here));
  const surface = periods.map(one => `M${scales.x(one.from)} ${scales.y(0)}V${scales.y(one.safe)}H${scales.x(one.until)}V${scales.y(0)}Z`).join("");
  const words = text("chart", { from: time(first), until: time(last), safe: Math.round(safe * 10) / 10, here: here || text("few.long") });
  draw(picture, words, ...scales.behind, svg("path", { d: surface, class: "safe" }), svg("path", { d: steps(periods, scales, one => one.here), class: "here" }));
}

/**
 * What was asked as lines, and what is forecast as a fan: the band of 95 %, in it that of 80 %, in it that of 50 %, and the middle.
 * Past and coming are periods with from and until; of the past each of the lines is a count, null where there is none.
 */
export function fan(picture, past, lines, coming, words) {
  const all = [...past, ...coming];
  const most = Math.max(4, ...past.flatMap(one => lines.map(line => one[line] ?? 0)), ...coming.map(one => one.quantiles[0.975] + .5));
  const scales = axes(all[0].from, all.at(-1).until, most);
  const { x, y, behind } = scales;
  const bands = [[0.025, 0.975], [0.1, 0.9], [0.25, 0.75]].map(([low, high], i) => svg("path", {
    class: `band b${i}`,
    // Half a person more and less, since a count is a lump: a band of nothing but two is seen as well.
    d: coming.map(one => `M${x(one.from)} ${y(Math.max(0, one.quantiles[low] - .5))}V${y(one.quantiles[high] + .5)}H${x(one.until)}V${y(Math.max(0, one.quantiles[low] - .5))}Z`).join(""),
  }));
  const parts = lines.map(line => svg("path", { d: steps(past, scales, one => one[line]), class: "line " + line }));
  if (coming.length > 0) parts.push(svg("path", { d: steps(coming, scales, one => one.quantiles[0.5]), class: "line middle" }));
  draw(picture, words, ...behind, ...bands, ...parts);
}

const day = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", day: "numeric", month: "short" });
