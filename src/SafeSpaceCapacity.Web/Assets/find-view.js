// The answer to a search, on the page.
import { ago, time } from "./clock.js";
import { el, list, say, show } from "./dom.js";
import { text } from "./texts.js";

const part = id => document.getElementById(id);

/** A link that opens the device's own navigation: nothing is sent anywhere by this page. */
export const directions = point => `geo:${point.latitude},${point.longitude}?q=${point.latitude},${point.longitude}`;
export const ring = number => "tel:" + number.replace(/[^\d+]/g, "");

/** Shows an answer. `hold(option)` is asked for by its button. */
export function render(answer, hold) {
  const options = answer.options ?? [];
  show(part("results"), true);
  say(part("said"), options.length === 0 ? text("found.none")
    : text("found", { n: options.length, place: answer.origin?.nearest_place || answer.origin?.original, time: time(answer.depart_at) }));
  // That the time is simulated stands above every page.
  const notes = [
    answer.urgent && text("urgent"),
    answer.origin?.uncertainty_metres >= 1000 && text("origin.far", { km: Math.round(answer.origin.uncertainty_metres / 1000) }),
    ...(answer.degradations ?? []).filter(code => code !== "DEGRADATION_SIMULATED_TIME").map(code => text(code)),
  ].filter(Boolean);
  list(part("notes"), notes, note => note, note => el("li", {}, note));
  part("options").replaceChildren(...options.map(option => card(option, hold)));
  const nearer = answer.why_not ?? [];
  show(part("nearer"), nearer.length > 0);
  part("why-not").replaceChildren(...nearer.map(one => el("li", {},
    el("strong", {}, one.name), ` ${one.travel?.words ?? ""}: ${one.words}. `, one.earliest ? text("earliest", { time: time(one.earliest) }) : "")));
  part("offers").replaceChildren(...(answer.offers ?? []).map(offer => el("li", { className: "card" },
    el("h3", {}, offer.name),
    el("p", {}, [offer.words, offer.travel?.words].filter(Boolean).join(" ")),
    offer.telephone ? el("p", {}, el("a", { className: "button second", href: ring(offer.telephone) }, text("ring", { number: offer.telephone }))) : null)));
}

function card(option, hold) {
  const { choice, travel } = option;
  const room = el("strong", { className: "room" });
  const numbers = el("p");
  const age = el("p", { className: "help" });
  const name = el("h3", {}, choice.name);
  const action = text(option.ring_first ? "hold.ask" : "hold");
  const made = el("li", { className: "card" },
    el("div", { className: "head" }, name, el("p", { className: "minutes" }, text("minutes", { n: travel.minutes }))),
    choice.demo ? el("p", {}, el("strong", {}, text("demo"))) : null,
    el("p", {}, room, " "),
    numbers, age,
    el("p", { className: "help" }, [travel.words, text("eta", { time: time(option.eta) })].join(", ")),
    option.open_and_staffed_at_eta || option.ring_first ? null : el("p", { className: "fault" }, text("not-sure")),
    el("details", {}, el("summary", {}, text("more")),
      el("p", {}, [choice.description, choice.who_works_here].filter(Boolean).join(" ")),
      el("p", {}, [choice.entrance, choice.access_note].filter(Boolean).join(". ")),
      choice.voluntary ? el("p", {}, text("choice")) : null),
    el("p", { className: "row" },
      el("button", { type: "button", onclick: () => hold(option), "aria-label": text("hold.label", { action, name: choice.name }) }, action),
      choice.telephone ? el("a", { className: "button second", href: ring(choice.telephone) }, text("ring", { number: choice.telephone })) : null));
  made.dataset.space = option.space_id;
  made.refresh = availability => {
    const isKnown = availability.available !== undefined;
    say(room, isKnown ? text("room", { n: availability.available }) : text("ring-first"));
    room.classList.toggle("none", !isKnown || availability.available === 0);
    say(numbers, [
      isKnown ? text("of", {
        available: availability.available, places: availability.places, safe: availability.safe_capacity, here: availability.occupied, held: availability.held,
      }) : "",
      availability.limiting_factors?.[0]?.words ?? "",
      availability.open ? (availability.open_until ? text("open-until", { time: time(availability.open_until) }) : text("open-always")) : "",
    ].filter(Boolean).map(words => `${words[0].toUpperCase()}${words.slice(1)}.`).join(" "));
    const when = availability.confirmed_at ? text("confirmed", { ago: ago(availability.confirmed_at) }) : text("confirmed.never");
    say(age, availability.freshness === "FRESHNESS_AGEING" ? `${when}, ${text("FRESHNESS_AGEING")}` : when);
  };
  made.refresh(option.availability);
  return made;
}

/** Brings one space up to date, where it is shown. */
export function refresh(availability) {
  for (const shown of part("options").children) if (shown.dataset.space === availability.space_id) shown.refresh(availability);
}

/** Says what went wrong, or nothing. */
export const complain = words => say(part("problem"), words);
