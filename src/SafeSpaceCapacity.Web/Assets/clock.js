// The service's time, and times in words. A tablet's own clock may be wrong, so it is only used to count on from what the service last said.
import { text } from "./texts.js";

const zone = "Europe/London";
const hours = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const days = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short" });
const minute = 60_000;
let ahead = 0;

/** Keeps what the service's clock says now. */
export function heard(serverTime) {
  ahead = Date.parse(serverTime) - Date.now();
}

/** How far the service's clock is ahead of this device's, in milliseconds, to be kept for later. */
export const offset = () => ahead;
export const setOffset = milliseconds => { ahead = milliseconds; };

/** The service's time, in milliseconds. */
export const now = () => Date.now() + ahead;
export const iso = milliseconds => new Date(milliseconds).toISOString();

/** Such as "22:00", on another day "Sat 7 Nov 22:00". */
export function time(when) {
  const at = new Date(when);
  return days.format(at) === days.format(now()) ? hours.format(at) : `${days.format(at)} ${hours.format(at)}`;
}

const wall = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });

/** The moment at which Scotland's clock shows a time such as "2026-10-25T01:00:00"; of two the first. */
export function ofLocal(local) {
  const utc = Date.parse(local + "Z");
  return [utc - 60 * minute, utc].find(at => Date.parse(wall.format(at).replace(" ", "T") + "Z") === utc) ?? utc;
}

/** Whole minutes from now, rounded up; negative for what is over. */
export const minutesTo = when => Math.ceil((Date.parse(when) - now()) / minute);
export const minutes = n => text("minutes", { n });

/** Such as "3 minutes ago". */
export function ago(when) {
  const n = Math.floor((now() - Date.parse(when)) / minute);
  if (n < 1) return text("ago.now");
  return n < 60 ? text("ago", { minutes: minutes(n) }) : text("ago.hours", { n: Math.floor(n / 60) });
}

/** The full and half hours ahead: the first at least 30 minutes from now. */
export function halfHours(count) {
  const step = 30 * minute;
  const first = Math.ceil((now() + step) / step) * step;
  return Array.from({ length: count }, (_, i) => first + i * step);
}
