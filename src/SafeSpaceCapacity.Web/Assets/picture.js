// Charts as pictures to take away (PNG): drawn by the browser out of what the page shows, with the words that say how old it is.

// What style sheets give a shape. Copied as attributes of its own, since a picture has no style sheet.
const looks = ["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "font-size", "text-anchor"];
const [wide, line, edge, keyWidth] = [1600, 34, 24, 42];

/** Draws a chart of the page with a heading above, and its legend (a list) and lines below, and gives it to be saved as a file. */
export async function savePicture(name, chart, heading, legend, lines) {
  const box = chart.viewBox.baseVal;
  const height = Math.round(wide * box.height / box.width);
  const scale = height > 1.4 * wide ? 1.4 * wide / height : 1;
  const [width, tall] = [Math.round(wide * scale), Math.round(height * scale)];
  const canvas = document.createElement("canvas");
  canvas.width = wide + 2 * edge;
  const paper = canvas.getContext("2d");
  paper.font = `20px ${getComputedStyle(document.body).fontFamily}`;
  const words = lines.flatMap(text => wrapped(paper, text));
  const keys = placed(paper, [...legend.children].filter(item => !item.hidden));
  const rows = words.length + (keys.at(-1)?.row ?? -1) + 1;
  canvas.height = tall + line * (rows + 2) + 2 * edge;
  const { backgroundColor: ground, color, fontFamily } = getComputedStyle(document.body);
  paper.fillStyle = ground;
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(await image(chart, width, tall, fontFamily), edge + (wide - width) / 2, edge + 1.5 * line);
  paper.fillStyle = color;
  paper.font = `600 26px ${fontFamily}`;
  paper.fillText(heading, edge, edge + 26, wide);
  paper.font = `20px ${fontFamily}`;
  const below = edge + tall + 2.3 * line;
  for (const { key, text, x, row } of keys) {
    paper.drawImage(await image(key, keyWidth, keyWidth / 2, fontFamily), edge + x, below + line * row - keyWidth / 2 + 2);
    paper.fillText(text, edge + x + keyWidth + 10, below + line * row);
  }
  words.forEach((text, i) => paper.fillText(text, edge, below + line * (rows - words.length + i), wide));
  const blob = await new Promise(done => canvas.toBlob(done, "image/png"));
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function image(chart, width, height, fontFamily) {
  const copy = chart.cloneNode(true);
  const [real, copied] = [chart, copy].map(root => [root, ...root.querySelectorAll("*")]);
  real.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const look of looks) copied[i].setAttribute(look, style.getPropertyValue(look));
    copied[i].removeAttribute("class");
  });
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.setAttribute("font-family", fontFamily);
  const drawn = new Image();
  drawn.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  await drawn.decode();
  return drawn;
}

// Where each key of a legend goes, in rows that fit.
function placed(paper, items) {
  let [x, row] = [0, 0];
  return items.map(item => {
    const text = item.textContent.trim();
    const width = keyWidth + 40 + paper.measureText(text).width;
    if (x > 0 && x + width > wide) [x, row] = [0, row + 1];
    const at = { key: item.querySelector("svg"), text, x, row };
    x += width;
    return at;
  });
}

// Lines that fit.
function wrapped(paper, text) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && paper.measureText(longer).width > wide) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.filter(Boolean);
}
