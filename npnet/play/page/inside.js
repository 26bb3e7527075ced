// By layer: the histogram of the weights, the gradient's norm, dead units, and the optimizer's moments
import { histogram } from "./charts.js";
import { byId, make } from "./elements.js";
import { CanvasPaper } from "./paper.js";
import { number, say } from "./texts.js";

const MOMENTS = ["m", "M", "U", "V"];
// Numbers that change more often cannot be read
const EVERY = 250;
const [WIDTH, HEIGHT] = [128, 35];

export class Inside {
  #rows = [];
  #last = -Infinity;
  #key = "";

  draw({ histograms, gradient_norms: norms, dead, slots, weights, playing }) {
    const moments = Object.keys(slots).sort((a, b) => MOMENTS.indexOf(a) - MOMENTS.indexOf(b));
    const key = `${histograms.length} ${moments}`;
    if (key !== this.#key) this.#build(histograms.length, moments);
    this.#key = key;
    this.#rows.forEach(({ canvas }, i) => histogram(new CanvasPaper(canvas, WIDTH, HEIGHT), WIDTH, HEIGHT, histograms[i]));
    if (playing && performance.now() - this.#last < EVERY) return;
    this.#last = performance.now();
    this.#rows.forEach((row, i) => {
      row.low.textContent = number(histograms[i].edges[0]);
      row.high.textContent = number(histograms[i].edges[1]);
      row.name.textContent = `${i + 1}: ${weights[i].length} → ${weights[i][0].length}`;
      row.norm.textContent = number(norms[i]);
      row.bar.style.width = `${length(norms[i])}%`;
      row.dead.textContent = i < dead.length ? `${Math.round(dead[i] * weights[i][0].length)}` : "–";
      row.dead.classList.toggle("dead", dead[i] > 0);
      moments.forEach((name, k) => { row.moments[k].textContent = number(slots[name][i]); });
    });
  }

  #build(layers, moments) {
    byId("inside-head").replaceChildren(...[["layer"], ["weights"], ["norm", 1], ["dead", 1]].map(([name, right]) =>
      make("th", { scope: "col", className: right ? "number" : "" }, say(`column ${name}`))),
    ...moments.map((name) => make("th", { scope: "col", className: "number" }, name)));
    this.#rows = Array.from({ length: layers }, () => row(moments.length));
    byId("inside").replaceChildren(...this.#rows.map(({ tr }) => tr));
  }
}

const row = (moments) => {
  const cell = (...children) => make("td", { className: "number" }, ...children);
  const found = {
    name: make("th", { scope: "row" }), canvas: make("canvas", { ariaHidden: "true" }), low: make("span"),
    high: make("span"), norm: make("span"), bar: make("span", { className: "bar", ariaHidden: "true" }),
    dead: cell(), moments: Array.from({ length: moments }, () => cell()),
  };
  found.tr = make("tr", {}, found.name, make("td", {}, found.canvas,
    make("div", { className: "range" }, found.low, found.high)),
  cell(found.norm, found.bar), found.dead, ...found.moments);
  return found;
};

// As long as the number has powers of ten above a millionth: a gradient that vanishes is seen to
const length = (norm) => (norm > 0 ? Math.min(100, Math.max(2, (100 * (Math.log10(norm) + 6)) / 7)) : 0);
