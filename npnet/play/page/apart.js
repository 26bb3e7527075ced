// One step taken apart: npnet's lines with the arrays that went in and came out, and where each number goes
import { byId, make } from "./elements.js";
import { number, say } from "./texts.js";

export class Apart {
  #arrays = [];
  #lit = [];

  constructor(wire) {
    const place = byId("apart");
    const ask = () => wire.send("apart", { batch: Math.max(0, Number(byId("apart-batch").value) - 1) });
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
    if (entry.derivation) where.append(" · ", this.#derivation(entry.derivation));
    const text = make("div", { className: "lines-of" }, make("h3", {}, entry.title), where, make("pre", { className: "code" }, code));
    const arrays = make("div", { className: "arrays" });
    for (const side of ["in", "out"]) {
      if (!entry[side].length) continue;
      arrays.append(make("span", { className: "group-name" }, say(side)),
        ...entry[side].map((array) => this.#array(array, i, side)));
    }
    return make("li", {}, text, arrays);
  }

  // On the study's page where there is one, else the command that shows it
  #derivation(place) {
    if (!place.includes("#")) return make("code", {}, `npnet derive ${place}`);
    return make("a", { href: place, target: "_blank" }, say("derivation"));
  }

  #array(array, entry, side) {
    const rows = asRows(array.values);
    const known = { ...array, axes: axesOf(array), entry, side, cells: [], columns: rows[0]?.length ?? 0, at: this.#arrays.length };
    this.#arrays.push(known);
    const body = rows.map((row, i) => make("tr", {}, ...row.map((value, j) => {
      const cell = make("td", { tabIndex: i || j ? -1 : 0 }, number(value));
      cell.dataset.cell = `${known.at} ${i} ${j}`;
      known.cells.push(cell);
      return cell;
    })));
    const label = `${array.name} ${shape(array)}`;
    return make("div", { className: "array" }, make("span", { className: "name" }, array.name),
      make("span", { className: "shape" }, ` ${shape(array)}${array.cut ? ` ${say("cut")}` : ""}`),
      make("div", { className: "scroll" }, make("table", { role: "grid", ariaLabel: label }, make("tbody", {}, ...body))));
  }

  #follow(cell) {
    for (const lit of this.#lit) lit.classList.remove("at", "to", "from", "with");
    this.#lit = [];
    byId("flow").hidden = !cell;
    if (!cell) return;
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
    const name = `${array.name}[${array.columns > 1 || i ? `${i}, ` : ""}${j}]`;
    byId("flow").textContent = `${name} = ${cell.textContent}${goes.length ? `: ${goes.join("; ")}` : ""}`;
  }

  #light(array, cell, role) {
    if (!cell) return;
    cell.classList.add(role);
    this.#lit.push(cell);
  }

  // All numbers of an array whose indices agree with those of a place, where both have them
  #lightAll(array, place, role) {
    let count = 0;
    array.cells.forEach((cell, k) => {
      const mine = indices(array, Math.floor(k / array.columns), k % array.columns);
      if (!Object.entries(mine).every(([axis, index]) => !(axis in place) || place[axis] === index)) return;
      this.#light(array, cell, role);
      count += 1;
    });
    return count;
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

// What the axes are, by what the array is: outputs of a layer's units for samples, or weights from units to units
const axesOf = ({ id, shape: { length } }) => {
  if (id === "labels") return length > 1 ? ["", "samples"] : ["samples"];
  const layer = Number(/\d+$/.exec(id)?.[0]);
  if (!layer && !/^y0$/.test(id)) return [];
  if (/^(y|z|delta|grad)\d+$/.test(id)) return [`units ${layer}`, "samples"];
  return [`units ${layer - 1}`, `units ${layer}`];
};

const asRows = (values) => {
  if (!Array.isArray(values)) return [[values]];
  return Array.isArray(values[0]) ? values : [values];
};

// The index of each of an array's axes at a cell, by the axes' names
const indices = ({ axes, columns }, i, j) => {
  if (axes.length >= 2) return { [axes[0]]: i, [axes[1]]: j };
  return axes.length === 1 ? { [axes[0]]: i * columns + j } : {};
};
