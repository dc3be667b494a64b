// What a policy states, in words, and what differs between two. Pure but for the page's words. A rule that is not stated is undefined.
import { text } from "./texts.js";

/** Rules that are one number. */
export const numbers = [
  "staffing.visitors_per_staff", "staffing.minimum_on_duty", "staffing.minimum_clinicians", "staffing.peer_weight", "staffing.volunteer_weight",
  "fresh_minutes", "nudge_minutes", "unconfirmed_after_minutes", "hold_grace_minutes", "request_answer_minutes",
];

export const trainings = ["TRAINING_DE_ESCALATION", "TRAINING_TRAUMA_INFORMED", "TRAINING_MEDICATION", "TRAINING_PHYSICAL_INTERVENTION"];

/** The value at a path such as "staffing.peer_weight". */
export const at = (policy, path) => path.split(".").reduce((part, name) => part?.[name], policy);

/** Puts a value at a path; what is not stated leaves nothing behind. */
export function put(policy, path, value) {
  if (value === undefined) return;
  const names = path.split(".");
  const last = names.pop();
  names.reduce((part, name) => part[name] ??= {}, policy)[last] = value;
}

function words(policy, path) {
  const value = at(policy, path);
  if (value === undefined) return text("not-stated");
  if (path === "staffing.supervision_on_call") return text(value ? "yes" : "no");
  if (path === "staffing.trained") return (value.minimums ?? []).map(one => `${text(one.training)}: ${one.minimum}`).join(", ") || text("none");
  if (path === "escalation") {
    const steps = (value.steps ?? []).map(step => {
      const n = step.after_minutes ?? 0;
      return text((step.telephone ? "step.telephone" : "step") + (n === 0 ? ".at-once" : ""), { who: text(step.contact), telephone: step.telephone, n });
    });
    return [...steps, text("chase", { n: value.chase_minutes ?? 0 })].join("; ");
  }
  return String(value);
}

/** What differs: of each rule its path, and both in words. */
export function changes(before, after) {
  return [...numbers, "staffing.trained", "staffing.supervision_on_call", "escalation"]
    .map(path => ({ path, before: words(before, path), after: words(after, path) }))
    .filter(change => change.before !== change.after);
}
