// What staff tapped. Each tap is on the device's disk before anything else, has the id under which it is sent however often, and goes once
// the one before it is answered.
import { CallFault, call } from "./calls.js";
import { iso, now } from "./clock.js";
import * as store from "./store.js";

// What somebody saw happen stays true, and the service takes it a day late. What somebody decided may not: another may have decided since.
const factMinutes = 24 * 60 - 10;
const decisionMinutes = 5;
const facts = ["RecordArrival", "RecordDeparture", "RecordCount", "StartShift"];

export class Taps extends EventTarget {
  #space;
  #account;
  #all = [];
  #sending = false;
  #again = 0;
  #wait = 0;

  constructor(space, account) {
    super();
    this.#space = space;
    this.#account = account;
    // Another tab of this device may have sent some.
    this.channel = new BroadcastChannel("taps");
    this.channel.onmessage = () => this.load();
    addEventListener("online", () => this.send());
  }

  /** Not sent, of this space and by whoever is signed in. */
  get waiting() {
    return this.#mine.filter(tap => tap.space === this.#space);
  }

  /** How many there are of others. */
  get others() {
    return this.#all.filter(tap => tap.account !== this.#account).length;
  }

  // Also those of other boards that this person has: they are sent wherever the device is in touch.
  get #mine() {
    return this.#all.filter(tap => tap.account === this.#account);
  }

  async load() {
    this.#all = await store.kept();
    this.#changed();
  }

  /** Keeps a tap, and sends it. */
  async add(method, fields = {}) {
    const at = now();
    const id = crypto.randomUUID();
    const message = { command_id: id, space_id: this.#space, ...fields };
    if (facts.includes(method)) message[method === "StartShift" ? "starts_at" : "observed_at"] = iso(at);
    const tap = { id, space: this.#space, account: this.#account, method, message, at };
    tap.number = await store.keep(tap);
    this.#all.push(tap);
    this.#changed();
    this.send();
    return tap;
  }

  /** Takes back a tap: one that never left this device is as if it had not been; else the service is asked to undo it. */
  async undo(id) {
    const tap = this.#all.find(known => known.id === id);
    if (tap && await store.withdraw(tap.number)) return this.#end(tap, "tap.undone");
    await this.add("UndoAct", { act_id: id });
  }

  /** Sends what waits, in order; one tab at a time. */
  async send() {
    clearTimeout(this.#again);
    if (this.#sending) return;
    this.#sending = true;
    let isLost = false;
    try {
      await navigator.locks.request("taps", async () => {
        await this.load();
        while (this.#mine.length > 0) await this.#sendOne(this.#mine[0]);
      });
    } catch (fault) {
      isLost = true;
      this.dispatchEvent(new CustomEvent("stopped", { detail: fault.code }));
    } finally {
      this.#sending = false;
    }
    this.#wait = isLost ? Math.min(this.#wait * 2 || 1000, 15_000) : 0;
    if (this.#mine.length > 0) this.#again = setTimeout(() => this.send(), this.#wait);
  }

  async #sendOne(tap) {
    const most = facts.includes(tap.method) ? factMinutes : decisionMinutes;
    if (now() - tap.at > most * 60_000) return this.#end(tap, "tap.old");
    if (!await store.claim(tap.number)) return this.#forget(tap);
    let answer;
    try {
      answer = await call(`StaffService/${tap.method}`, tap.message);
    } catch (fault) {
      if (!(fault instanceof CallFault) || fault.lost || fault.code === "UNAUTHENTICATED") throw fault;
      return this.#end(tap, "tap.failed", fault.message);
    }
    await this.#end(tap, answer.rejected ? "tap.refused" : tap.method === "UndoAct" ? "tap.undone" : "tap.done", answer.rejected?.words, answer.availability);
  }

  async #end(tap, how, why = "", availability = null) {
    await store.drop(tap.number);
    this.#forget(tap);
    this.channel.postMessage("changed");
    this.dispatchEvent(new CustomEvent("ended", { detail: { tap, how, why, availability } }));
    this.#changed();
  }

  #forget(tap) {
    this.#all = this.#all.filter(known => known.number !== tap.number);
  }

  #changed() {
    this.dispatchEvent(new Event("changed"));
  }
}
