// The page's words, which the server put into it.
const all = JSON.parse(document.getElementById("texts").textContent);

/** The text of a key with its {names} filled in. With n, "key.one" or "key.other" is taken where the key itself is not there. */
export function text(key, values = {}) {
  const template = all[key] ?? all[`${key}.${values.n === 1 ? "one" : "other"}`] ?? key;
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
