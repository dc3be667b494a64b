// The service's methods, as JSON over this page's own sign-in. Names and fields are those of the contract.

/** Why a call was not answered. `lost`: nobody knows whether it was carried out, so the same may be sent again. */
export class CallFault extends Error {
  constructor(code, message, fields = []) {
    super(message);
    this.code = code;
    this.fields = fields;
    this.lost = ["LOST", "UNAVAILABLE", "CANCELLED", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "INTERNAL"].includes(code);
  }
}

const patience = 20_000;

/** Calls a method such as "StaffService/GetBoard" and gives its answer. Throws a CallFault. */
export async function call(method, message) {
  const response = await send(method, message, AbortSignal.timeout(patience));
  try {
    return await response.json();
  } catch {
    throw new CallFault("LOST", "the answer broke off");
  }
}

/**
 * Watches, and begins again whenever the connection is lost. told(message) gets what is sent, and ends it with false; state(name) is told
 * how it stands: "live", "lost", "signed-out", or "refused", which ends it too.
 */
export async function watch(method, message, told, state) {
  const heartbeatSeconds = 10;
  let wait = 0;
  while (true) {
    const silence = new AbortController();
    const cut = () => silence.abort();
    let timer = setTimeout(cut, patience);
    let fault = null;
    // The device says that its network is gone: sooner than silence does.
    addEventListener("offline", cut);
    try {
      const response = await send(method, { ...message, heartbeat_seconds: heartbeatSeconds }, silence.signal);
      for await (const line of lines(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(cut, 3 * heartbeatSeconds * 1000);
        const said = JSON.parse(line);
        if (said.error) {
          // It ends by itself now and then, so that a sign-in that is over is noticed: then it begins again at once.
          fault = said.error.code === "UNAUTHENTICATED" ? null : said.error;
          wait = fault ? wait : -1;
          break;
        }
        wait = 0;
        if (told(said) === false) return;
        state("live");
      }
    } catch (caught) {
      fault = caught;
    } finally {
      clearTimeout(timer);
      removeEventListener("offline", cut);
      silence.abort();
    }
    if (fault?.code === "PERMISSION_DENIED" || fault?.code === "NOT_FOUND") return state("refused");
    if (wait < 0) {
      wait = 0;
      continue;
    }
    state(fault?.code === "UNAUTHENTICATED" ? "signed-out" : "lost");
    wait = Math.min(wait * 2 || 1, 15);
    await pause(wait * 1000);
  }
}

/** Sends many messages as one call, and tells each answer as it comes. Throws a CallFault. */
export async function stream(method, messages, told) {
  const response = await send(method, messages.map(message => JSON.stringify(message)).join("\n"), AbortSignal.timeout(10 * 60_000));
  for await (const line of lines(response.body)) {
    const said = JSON.parse(line);
    if (said.error?.code) throw new CallFault(said.error.code, said.error.message, said.error.fields);
    told(said);
  }
}

async function send(method, message, signal) {
  let response;
  try {
    response = await fetch(`/calls/${method}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Requested-With": "XMLHttpRequest" },
      body: typeof message === "string" ? message : JSON.stringify(message),
      signal,
    });
  } catch {
    throw new CallFault("LOST", "there is no connection");
  }
  if (response.ok) return response;
  const error = await response.json().then(body => body.error, () => null);
  throw new CallFault(error?.code ?? codes[response.status] ?? "LOST", error?.message ?? `status ${response.status}`, error?.fields);
}

// Of answers that are not the service's own, such as those of a proxy between.
const codes = { 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 413: "INVALID_ARGUMENT" };

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + value).split("\n");
      rest = parts.pop();
      yield* parts.filter(part => part.length > 0);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

// Until then, or until the device says that it has a network again.
const pause = milliseconds => new Promise(resolve => {
  const done = () => {
    clearTimeout(timer);
    removeEventListener("online", done);
    resolve();
  };
  const timer = setTimeout(done, milliseconds);
  addEventListener("online", done);
});
