// Rules of a tier: what it states now, what a change would make different, and every version before.
import { call } from "./calls.js";
import { heard, iso, now, ofLocal, time } from "./clock.js";
import { el, say, show } from "./dom.js";
import { at, changes, numbers, put, trainings } from "./rules-policy.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);
const form = part("rules");
const idOf = path => path.replaceAll(/[._]/g, "-");
const stepsMost = 10;
let versions = [];
let checked = null;

heard(part("page").dataset.now);
form.elements.tier.value = new URLSearchParams(location.search).get("tier") ?? form.elements.tier.value;
if (!form.elements.tier.value) form.elements.tier.selectedIndex = 0;
await load();

const newest = () => versions.find(one => one.tier === form.elements.tier.value);

async function load() {
  try {
    const { policies = [] } = await call("AdminService/ListTierPolicies", {});
    versions = policies;
    say(part("age"), text("age", { time: time(now()) }));
    showTier();
  } catch (fault) {
    complain(fault);
  }
}

function complain(fault) {
  tell(fault.code === "UNAUTHENTICATED" ? text("signed-out") : fault.lost ? text("lost") : text("failed", { why: fault.message }));
}

// The form is long: who is at its end is taken to what is said above it.
function tell(words) {
  say(part("problem"), words);
  part("problem").focus();
}

function showTier() {
  const tier = form.elements.tier.value;
  const all = versions.filter(one => one.tier === tier);
  fillIn(all[0]?.policy ?? {});
  forget();
  show(part("no-versions"), all.length === 0);
  part("versions").replaceChildren(...all.map((one, i) => el("li", {},
    text("version", { version: one.version, time: time(one.effective_from), actor: one.actor }), one.in_force ? el("strong", {}, ` ${text("in-force")}`) : null,
    differences(changes(all[i + 1]?.policy ?? {}, one.policy ?? {})))));
}

function differences(all) {
  return el("ul", {}, ...all.map(one => el("li", {}, el("strong", {}, text("rule." + one.path)), `: ${one.before} → ${one.after}`)));
}

// The form.

function fillIn(policy) {
  for (const path of numbers) part(idOf(path)).value = at(policy, path) ?? "";
  const trained = at(policy, "staffing.trained");
  part("trained-stated").checked = trained !== undefined;
  for (const training of trainings) part(training).value = trained?.minimums?.find(one => one.training === training)?.minimum ?? "";
  part("supervision").value = String(at(policy, "staffing.supervision_on_call") ?? "");
  part("escalation-stated").checked = policy.escalation !== undefined;
  part("steps").replaceChildren();
  for (const step of policy.escalation?.steps ?? [{}]) addStep(step);
  part("chase").value = policy.escalation?.chase_minutes ?? "";
  form.elements.effective_from.value = "";
  showParts();
}

function addStep(step) {
  const n = part("steps").children.length;
  const field = (label, input) => el("div", { className: "field" }, el("label", { for: input.id }, label), el("div", { className: "fault", id: input.id + "-fault" }), input);
  const describe = (name, tag, properties) => el(tag, { id: `step-${n}-${name}`, name: `step-${n}-${name}`, "aria-describedby": `step-${n}-${name}-fault`, ...properties });
  const contact = describe("contact", "select", {});
  contact.append(...part("contacts").content.cloneNode(true).children);
  if (step.contact) contact.value = step.contact;
  part("steps").append(el("li", {},
    field(text("step.contact"), contact),
    field(text("step.number"), describe("telephone", "input", { type: "text", maxLength: 20, autocomplete: "off", value: step.telephone ?? "" })),
    field(text("step.after"), describe("after_minutes", "input", { type: "number", inputMode: "numeric", value: step.after_minutes ?? 0 }))));
  showParts();
}

function showParts() {
  show(part("trained"), part("trained-stated").checked);
  show(part("escalation"), part("escalation-stated").checked);
  const steps = part("steps").children.length;
  part("add-step").disabled = steps >= stepsMost;
  part("remove-step").disabled = steps <= 1;
}

const number = input => input.value === "" ? undefined : Number(input.value);

function stated() {
  const policy = {};
  for (const path of numbers) put(policy, path, number(part(idOf(path))));
  if (part("trained-stated").checked) put(policy, "staffing.trained", { minimums: trainings.filter(training => number(part(training))).map(training => ({ training, minimum: number(part(training)) })) });
  if (part("supervision").value) put(policy, "staffing.supervision_on_call", part("supervision").value === "true");
  if (part("escalation-stated").checked) {
    const value = (n, name) => part(`step-${n}-${name}`).value;
    policy.escalation = {
      steps: [...part("steps").children].map((_, n) => ({ contact: value(n, "contact"), telephone: value(n, "telephone").trim(), after_minutes: Number(value(n, "after_minutes")) })),
      chase_minutes: Number(part("chase").value),
    };
  }
  return policy;
}

form.addEventListener("change", event => {
  forget();
  if (event.target.name !== "tier") return showParts();
  history.replaceState(null, "", "?" + new URLSearchParams({ tier: event.target.value }));
  showTier();
});
part("add-step").addEventListener("click", () => { addStep({}); forget(); });
part("remove-step").addEventListener("click", () => { part("steps").lastElementChild.remove(); forget(); showParts(); });

// First what would be different, then that.

function forget() {
  checked = null;
  show(part("checked"), false);
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  clearFaults();
  if (event.submitter?.value !== "set" || !checked) return check();
  event.submitter.disabled = true;
  try {
    const answer = await call("AdminService/SetTierPolicy", checked);
    if (answer.rejected) return tell(text("rejected"));
    await load();
    say(part("age"), text("saved", { version: answer.set.version, time: time(answer.set.effective_from) }));
    part("age").focus();
  } catch (fault) {
    complainOf(fault);
  } finally {
    event.submitter.disabled = false;
  }
});

function check() {
  const policy = stated();
  const all = changes(newest()?.policy ?? {}, policy);
  if (all.length === 0) return tell(text("nothing-changed"));
  const from = form.elements.effective_from.value;
  checked = {
    command_id: crypto.randomUUID(), tier: form.elements.tier.value, policy, expected_version: newest()?.version ?? 0, ...(from && { effective_from: iso(ofLocal(from + ":00")) }),
  };
  part("changes").replaceChildren(differences(all));
  say(part("checked-title"), text("would-change", { tier: form.elements.tier.selectedOptions[0].textContent, time: from ? time(checked.effective_from) : text("at-once") }));
  show(part("checked"), true);
  part("checked-title").focus();
}

function clearFaults() {
  say(part("problem"), "");
  for (const place of form.querySelectorAll(".fault")) say(place, "");
}

// What is wrong, first all of it with a way to each field, then beside each.
function complainOf(fault) {
  if (!fault.fields?.length) return complain(fault);
  forget();
  const places = fault.fields.map(({ field, rule }) => ({ input: inputOf(field), field, rule }));
  for (const { input, rule } of places) if (input) say(part(input.id + "-fault"), rule);
  part("problem").replaceChildren(el("div", { className: "faults" }, el("h2", {}, text("problem")), el("ul", {}, ...places.map(({ input, field, rule }) =>
    el("li", {}, input ? el("a", { href: "#" + input.id }, `${input.labels[0].textContent}: ${rule}`) : `${field}: ${rule}`)))));
  part("problem").focus();
}

function inputOf(field) {
  const path = field.replace(/^policy\./, "");
  const step = /^escalation\.steps\[(\d+)\]\.(\w+)$/.exec(path);
  const minimum = /^staffing\.trained\.minimums\[(\d+)\]/.exec(path);
  if (step) return part(`step-${step[1]}-${step[2]}`);
  if (minimum) return part(trainings.filter(training => number(part(training)))[Number(minimum[1])]);
  if (path === "escalation.chase_minutes") return part("chase");
  return part(idOf(path));
}
