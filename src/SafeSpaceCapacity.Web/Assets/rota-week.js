// Times of a week. Pure: minutes of the local clock, lines of a rota, and the quarter-hours that the service works out.

const minutesOfDay = 24 * 60;

/** "18:30" in minutes. */
export const minutesOf = time => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** Minutes, of any day, as "18:30". */
export function timeOf(minutes) {
  const of = ((minutes % minutesOfDay) + minutesOfDay) % minutesOfDay;
  return `${String(Math.floor(of / 60)).padStart(2, "0")}:${String(of % 60).padStart(2, "0")}`;
}

/** How long somebody works, in minutes: an end at or before the start is on the day after. */
export function length(line) {
  const worked = minutesOf(line.ends) - minutesOf(line.starts);
  return worked > 0 ? worked : worked + minutesOfDay;
}

/** The line moved by so many minutes; only its end with `end`, to at least half an hour and less than a day. Breaks move along, or go where they do not fit. */
export function moved(line, by, end) {
  if (!end) {
    const shift = time => timeOf(minutesOf(time) + by);
    return { ...line, starts: shift(line.starts), ends: shift(line.ends), breaks: (line.breaks ?? []).map(pause => ({ starts: shift(pause.starts), ends: shift(pause.ends) })) };
  }
  const worked = Math.min(minutesOfDay - 30, Math.max(30, length(line) + by));
  const from = minutesOf(line.starts);
  const within = pause => (minutesOf(pause.ends) - from + minutesOfDay) % minutesOfDay <= worked;
  return { ...line, ends: timeOf(from + worked), breaks: (line.breaks ?? []).filter(within) };
}

const local = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", weekday: "short", hour: "2-digit", hourCycle: "h23" });
const names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** For each of 168 hours from Monday 00:00: the fewest who can be supported and whether it is a gap, open with nobody safe; null where nothing is known. */
export function hours(rota) {
  const week = Array.from({ length: 168 }, () => null);
  const from = Date.parse(rota.quarters_from);
  rota.safe_capacity.forEach((safe, i) => {
    const parts = Object.fromEntries(local.formatToParts(from + i * 15 * 60_000).map(part => [part.type, part.value]));
    const at = names.indexOf(parts.weekday) * 24 + Number(parts.hour);
    const isGap = rota.open[i] && safe === 0;
    week[at] = week[at] === null ? { safe, isOpen: rota.open[i], isGap } : {
      safe: Math.min(week[at].safe, safe), isOpen: week[at].isOpen || rota.open[i], isGap: week[at].isGap || isGap,
    };
  });
  return week;
}
