// Makes and changes elements. Whatever comes from the service is put in as text, never as markup.

/** An element with properties, attributes (names with a hyphen, role, for) and children; strings become text. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "for") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Changes a text only where it differs, so that screen readers say each change once. */
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function show(element, visible) {
  element.hidden = !visible;
}

/**
 * Makes the children of a list those of the items, by key. What is there already stays, with its focus, and is only brought up to date.
 * make(item) makes a child, whose own update(item) is called at once and at every later change.
 */
export function list(parent, items, key, make) {
  const before = new Map([...parent.children].map(child => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    let child = before.get(id);
    if (child) before.delete(id);
    else {
      child = make(item);
      child.dataset.key = id;
    }
    if (child !== place) parent.insertBefore(child, place);
    else place = place.nextElementSibling;
    child.update?.(item);
  }
  for (const child of before.values()) child.remove();
}
