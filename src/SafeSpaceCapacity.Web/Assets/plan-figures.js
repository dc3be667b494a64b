// Figures out of hours. Pure. A figure is null where it is not known, and undefined where it is too small to be shown.

const percent = (part, whole) => whole > 0 ? 100 * part / whole : null;
const sum = values => values.reduce((total, value) => total + value, 0);
const shown = count => count === undefined ? null : count.suppressed ? undefined : count.count;

/** What can be looked at by hour: of one hour. */
export const figures = {
  safe_capacity: hour => hour.standing.safe_capacity ?? null,
  occupied: hour => shown(hour.occupied),
  open: hour => (hour.standing.open_minutes ?? 0) / 60,
  unconfirmed: hour => percent(hour.standing.unconfirmed_minutes ?? 0, (hour.standing.open_minutes ?? 0) + (hour.standing.unconfirmed_minutes ?? 0)),
  unsafe: hour => percent(hour.standing.below_safe_staffing_minutes ?? 0, hour.standing.open_minutes ?? 0),
  paused: hour => percent(sum((hour.standing.paused ?? []).map(pause => pause.minutes)), hour.standing.open_minutes ?? 0),
  arrivals: hour => shown(hour.demand?.arrivals),
  holds_placed: hour => shown(hour.demand?.holds_placed),
};

/** Those that a single space has too. */
export const ofSpaces = ["safe_capacity", "occupied", "open", "unconfirmed", "unsafe", "paused"];

/**
 * The averages of a figure by hour of the week: 7 days from Monday, each 24 of { value, isPartial }. Value is null where nothing is known, undefined
 * where all is too small; where only some is, the average of the rest is an upper bound.
 */
export function week(hours, figure) {
  const cells = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => []));
  for (const hour of hours) {
    const [date, time] = hour.local_time.split(" ");
    const day = (new Date(date + "T12:00:00Z").getUTCDay() + 6) % 7;
    cells[day][Number(time.slice(0, 2))].push(figures[figure](hour));
  }
  return cells.map(day => day.map(values => {
    const known = values.filter(value => value !== null);
    const told = known.filter(value => value !== undefined);
    if (known.length === 0) return { value: null, isPartial: false };
    if (told.length === 0) return { value: undefined, isPartial: false };
    return { value: sum(told) / told.length, isPartial: told.length < known.length };
  }));
}

/**
 * Refusals by reason, the most first: of each day its sum where that is shown, else what its hours show. So each is what it was at least.
 */
export function refusals(hours, days) {
  const byDay = new Map();
  const add = (date, { reason, count }) => {
    if (count?.count === undefined) return;
    const key = `${reason} ${date}`;
    byDay.set(key, (byDay.get(key) ?? 0) + count.count);
  };
  for (const hour of hours) for (const refused of hour.demand?.refused ?? []) add(hour.local_time.slice(0, 10), refused);
  for (const day of days) {
    for (const { reason, count } of day.demand?.refused ?? []) if (count?.count !== undefined) byDay.set(`${reason} ${day.date}`, count.count);
  }
  const reasons = new Map();
  for (const [key, count] of byDay) {
    const [reason] = key.split(" ");
    const known = reasons.get(reason) ?? { reason, count: 0, days: 0 };
    reasons.set(reason, { reason, count: known.count + count, days: known.days + 1 });
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
}
