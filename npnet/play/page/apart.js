// One step taken apart: npnet's lines with the arrays that went in and came out, and where each number goes
import { byId, make } from "./elements.js";
import { number, say } from "./texts.js";

// How many samples are shown
const SAMPLES = 5;

export class Apart {
  #arrays = [];
  #lit = [];

  // second: whether it is the second net that is shown
  constructor(wire, second) {
    const place = byId("apart");
    const ask = () =>
      wire.send("apart", { batch: Math.max(0, Number(byId("apart-batch").value) - 1), net: Number(second()) });
    byId("take-apart").addEventListener("click", ask);
    byId("apart-batch").addEventListener("keydown", (event) => event.key === "Enter" && ask());
    place.addEventListener("pointerover", (event) => this.#follow(event.target.closest("td[data-cell]")));
    place.addEventListener("pointerleave", () => this.#follow(null));
    place.addEventListener("focusin", (event) => this.#follow(event.target.closest("td[data-cell]")));
    place.addEventListener("keydown", (event) => this.#key(event));
  }

  show({ entries, batch }) {
    this.#arrays = [];
    byId("apart-batch").value = batch + 1;
    byId("apart").replaceChildren(...entries.map((entry, i) => this.#entry(entry, i)));
    this.#follow(null);
  }

  #entry(entry, i) {
    const code = make("code");
    // The server has highlighted npnet's own source, and escaped it
    code.innerHTML = entry.code;
    const where = make("p", { className: "where" }, make("code", {}, `${entry.file}:${entry.line}`));
    if (entry.derivation) where.append(" · ", derivation(entry.derivation));
    const sides = ["in", "out"].filter((side) => entry[side].length).map((side) =>
      make("div", { className: "side" }, make("p", { className: "label" }, say(side)),
        make("div", { className: "arrays" }, ...entry[side].map((array) => this.#array(array, i, side, entry)))));
    return make("li", {}, make("details", { open: true }, make("summary", {}, make("h3", {}, entry.title)), where,
      make("pre", { className: "code" }, code), make("div", { className: "sides" }, ...sides)));
  }

  #array(array, place, side, entry) {
    const axes = axesOf(array, entry);
    const all = asRows(array.values);
    // Of the samples some are enough to follow
    const rows = axes.at(-1) === "samples" ? all.map((row) => row.slice(0, SAMPLES)) : all;
    const known = { ...array, axes, entry: place, side, cells: [], columns: rows[0]?.length ?? 0, at: this.#arrays.length };
    this.#arrays.push(known);
    const body = rows.map((row, i) => make("tr", {}, ...row.map((value, j) => {
      const cell = make("td", { tabIndex: i || j ? -1 : 0 }, short(value));
      cell.dataset.cell = `${known.at} ${i} ${j}`;
      known.cells.push(cell);
      return cell;
    })));
    known.exact = rows.flat();
    const layer = entry[side].filter(({ name }) => name === array.name).length > 1 ? `${say("layer", { layer: layerOf(array) })} ` : "";
    const cut = axes.at(-1) === "samples" && known.columns < array.shape.at(-1) ? `, ${say("cut", { count: SAMPLES })}` : "";
    const text = `${layer}${shape(array)}${cut}`;
    const table = make("table", { ariaLabel: `${array.name} ${text}` }, make("tbody", {}, ...body));
    table.setAttribute("role", "grid");
    if (hasBiases(array, rows)) table.className = "biased";
    return make("div", { className: "array" }, make("p", {}, make("span", { className: "name" }, array.name),
      make("span", { className: "shape" }, ` ${text}`)), make("div", { className: "scroll" }, table));
  }

  #follow(cell) {
    for (const lit of this.#lit) lit.classList.remove("at", "to", "from", "with");
    this.#lit = [];
    if (!cell) {
      byId("flow").textContent = "";
      return;
    }
    const [at, i, j] = cell.dataset.cell.split(" ").map(Number);
    const array = this.#arrays[at];
    this.#light(array, cell, "at");
    const place = indices(array, i, j);
    const goes = [];
    for (const other of this.#arrays) {
      if (other === array || other.entry !== array.entry) continue;
      const role = other.side === array.side ? "with" : array.side === "in" ? "to" : "from";
      if (other.side === "out" && array.side === "out") continue;
      const count = this.#lightAll(other, place, role);
      if (count && role !== "with") goes.push(say(role, { name: other.name, count }));
    }
    const next = this.#next(array);
    if (next) {
      this.#light(next, next.cells[i * next.columns + j], "at");
      goes.push(say("next", { name: next.name, entry: next.entry + 1 }));
      for (const other of this.#arrays)
        if (other.entry === next.entry && other.side === "out") this.#lightAll(other, indices(next, i, j), "to");
    }
    const name = `${array.name}${array.cells.length > 1 ? `[${i}, ${j}]` : ""}`;
    byId("flow").textContent = `${name} = ${number(array.exact[i * array.columns + j], 4)}${goes.length ? `: ${goes.join("; ")}` : ""}`;
  }

  #light(array, cell, role) {
    if (!cell) return;
    cell.classList.add(role);
    this.#lit.push(cell);
  }

  // All numbers of an array whose indices agree with those of a place, where both have them; how many there are, with
  // those of the samples that are not shown
  #lightAll(array, place, role) {
    let lit = false;
    array.cells.forEach((cell, k) => {
      const mine = indices(array, Math.floor(k / array.columns), k % array.columns);
      if (!Object.entries(mine).every(([axis, index]) => !(axis in place) || place[axis] === index)) return;
      this.#light(array, cell, role);
      lit = true;
    });
    return lit ? array.shape.reduce((count, size, k) => (array.axes[k] in place ? count : count * size), 1) : 0;
  }

  // Where an array that came out goes in again
  #next(array) {
    if (array.side !== "out") return null;
    return this.#arrays.find((other) => other.entry > array.entry && other.side === "in" && other.id === array.id) ?? null;
  }

  #key(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const cell = event.target.closest("td[data-cell]");
    if (!step || !cell) return;
    const [at, i, j] = cell.dataset.cell.split(" ").map(Number);
    const array = this.#arrays[at];
    const column = j + step[1];
    const next = column >= 0 && column < array.columns ? array.cells[(i + step[0]) * array.columns + column] : null;
    if (!next) return;
    event.preventDefault();
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

const shape = (array) => `(${array.shape.join(", ")})`;

const layerOf = ({ id }) => Number(/\d+$/.exec(id)?.[0]);

// What the axes are, by what the array is: outputs of a layer's units for samples, or weights from units to units
const axesOf = (array, entry) => {
  const { id, name, shape: { length } } = array;
  const outputs = entry.in.find((other) => other.name === "p");
  if (id === "labels") return length > 1 ? [`units ${layerOf(outputs)}`, "samples"] : ["samples"];
  // A softmax has all of a sample's numbers in each of its outputs
  if (name === "p" && /softmax/.test(entry.derivation)) return ["of all units", "samples"];
  // The name of a number alone, such as beta_1, may end in one too
  const layer = length ? layerOf({ id }) : 0;
  if (!layer && !/^y0$/.test(id)) return [];
  if (/^(y|z|delta|grad)\d+$/.test(id)) return [`units ${layer}`, "samples"];
  return [`units ${layer - 1}`, `units ${layer}`];
};

// On the study's page where there is one, else the command that shows it
const derivation = (place) => (place.includes("#")
  ? make("a", { href: place, target: "_blank" }, say("derivation")) : make("code", {}, `npnet derive ${place}`));

// A number in a table, as short as can be compared at a glance
const short = (value) => {
  const size = Math.abs(value);
  if (value === null || Number.isInteger(value) || size >= 1000) return number(value);
  return (size < 0.0005 ? value.toExponential(0) : value.toFixed(size < 1 ? 3 : size < 10 ? 2 : 1)).replaceAll("-", "−");
};

// Whether the last row is that of the biases, or of the ones that they are multiplied by
const hasBiases = ({ name, id }, rows) => rows.length > 1
  && (name === "x" || (name !== "weights" && !/^(y|z|delta|grad|labels)\d*$/.test(id)));

const asRows = (values) => {
  if (!Array.isArray(values)) return [[values]];
  return Array.isArray(values[0]) ? values : [values];
};

// The index of each of an array's axes at a cell, by the axes' names
const indices = ({ axes, columns }, i, j) => {
  if (axes.length >= 2) return { [axes[0]]: i, [axes[1]]: j };
  return axes.length === 1 ? { [axes[0]]: i * columns + j } : {};
};
