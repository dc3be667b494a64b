// What the board shows, out of what the service last said and what was tapped since. Pure: no clock, no page.

/** The numbers with the taps that the service has not heard of yet. */
export function project(board, waiting) {
  const { availability, last_act, holds = [] } = board;
  let here = availability.occupied ?? 0;
  let held = availability.held ?? 0;
  const answered = new Set();
  for (const { id, method, message } of waiting) {
    // The service told what it did before it answered.
    if (last_act?.act_id === id) continue;
    if (method === "RecordCount") here = message.occupied;
    if (method === "RecordDeparture") here = Math.max(0, here - 1);
    if (method === "RecordArrival") here += 1;
    if (message.hold_id && method !== "UndoAct") {
      answered.add(message.hold_id);
      const isKept = holds.find(hold => hold.hold_id === message.hold_id)?.status === "HOLD_STATUS_PLACED";
      if (isKept && method !== "AcceptHold") held = Math.max(0, held - 1);
    }
  }
  const safe = availability.safe_capacity ?? 0;
  const isKnown = availability.available !== undefined;
  return {
    here,
    held,
    safe,
    isKnown,
    isOver: here > safe,
    // As the service works it out: paused and closed say so beside it.
    room: isKnown ? Math.max(0, safe - here - held) : null,
    holds: holds.filter(hold => !answered.has(hold.hold_id)),
  };
}

/** What can be undone now: the newest tap that waits, or what the service did last; null where there is none. */
export function undoable(board, waiting, now, keptMilliseconds = 300_000) {
  const last = waiting.at(-1);
  if (last?.method === "UndoAct") return null;
  if (last && kinds[last.method]) {
    return now - last.at < keptMilliseconds ? { id: last.id, method: last.method, at: last.at, until: last.at + keptMilliseconds } : null;
  }
  const act = board?.last_act;
  if (!act || Date.parse(act.undo_until) <= now) return null;
  const method = Object.keys(kinds).find(name => kinds[name] === act.kind);
  return { id: act.act_id, method, at: Date.parse(act.at), until: Date.parse(act.undo_until) };
}

const kinds = {
  RecordArrival: "ACT_KIND_ARRIVAL",
  RecordDeparture: "ACT_KIND_DEPARTURE",
  RecordCount: "ACT_KIND_COUNT",
  ConfirmSpace: "ACT_KIND_CONFIRM",
  StartShift: "ACT_KIND_START_SHIFT",
  EndShift: "ACT_KIND_END_SHIFT",
  PauseSpace: "ACT_KIND_PAUSE",
  ResumeSpace: "ACT_KIND_RESUME",
  AcceptHold: "ACT_KIND_ACCEPT",
  DeclineHold: "ACT_KIND_DECLINE",
};
