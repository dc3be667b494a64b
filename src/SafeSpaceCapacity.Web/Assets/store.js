// What this device keeps: taps that are not sent yet, and each board as it was last heard. Counts and codes; nothing about anybody.
const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("safespace", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("taps", { keyPath: "number", autoIncrement: true });
    request.result.createObjectStore("boards", { keyPath: "space" });
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function within(store, mode, act) {
  const transaction = (await opened).transaction(store, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** Keeps a tap on disk; gives its number, by which they are sent in order. */
export const keep = tap => within("taps", "readwrite", taps => taps.add(tap));
export const drop = number => within("taps", "readwrite", taps => taps.delete(number));

/** Marks a tap as tried, from when on the service may have it; gives it, or undefined where it was withdrawn. */
export const claim = number => unlessTried(number, (taps, tap) => taps.put({ ...tap, tried: true }), true);

/** Takes back a tap that was never tried; gives undefined where it was. */
export const withdraw = number => unlessTried(number, taps => taps.delete(number), false);

async function unlessTried(number, act, again) {
  let found;
  await within("taps", "readwrite", taps => {
    const request = taps.get(number);
    request.onsuccess = () => {
      const tap = request.result;
      if (!tap || (tap.tried && !again)) return;
      found = tap;
      act(taps, tap);
    };
    return request;
  });
  return found;
}

export const kept = () => within("taps", "readonly", taps => taps.getAll());

export const keepBoard = board => within("boards", "readwrite", boards => boards.put(board));
export const boardOf = space => within("boards", "readonly", boards => boards.get(space));
export const forgetBoards = () => within("boards", "readwrite", boards => boards.clear());
