// The net as a picture: its units' outputs over the plane, and between them the weights as lines
import { colours, ofClass, ofSign } from "./colours.js";
import { UnitGrid } from "./grids.js";
import { CanvasPaper } from "./paper.js";
import { called, number, say } from "./texts.js";

const GAP = 6;
const FOOT = 8;

// The columns: features, the hidden layers' units, and the net's outputs; each box with its middle
export const layout = (counts, width, height) => {
  const across = width / counts.length;
  const most = Math.max(...counts);
  const side = Math.max(8, Math.min(44, across * 0.62, (height - FOOT) / most - GAP));
  return counts.map((count, column) => Array.from({ length: count }, (_, row) => ({
    x: across * (column + 0.5), y: height / 2 + (row - (count - 1) / 2) * (side + GAP), side,
  })));
};

// A weight's line: as wide as the weight is large beside the net's largest, or beside 1 if all are small
const line = (paper, from, to, weight, largest) => {
  const share = Math.abs(weight) / Math.max(largest, 1);
  const [x, u] = [from.x + from.side / 2, to.x - to.side / 2];
  const bend = (u - x) / 2;
  const [a, b, c, d, e, f] = [x, from.y, x + bend, to.y, u - bend, u].map((place) => place.toFixed(1));
  paper.path(`M${a} ${b}C${c} ${b} ${e} ${d} ${f} ${d}`,
    { stroke: ofSign(weight), width: 0.4 + share * Math.min(5, to.side / 8), opacity: 0.25 + 0.75 * Math.min(1, 2 * share) });
};

const box = (paper, { x, y, side }, draw) => paper.at(x - side / 2, y - side / 2, () => {
  draw(side);
  paper.rectangle(0, 0, side, side, { stroke: colours.soft, width: 1 });
});

// Around the box that is marked
const frame = (paper, side, marked, layer, unit) => {
  if (marked && marked[0] === layer && marked[1] === unit)
    paper.rectangle(-2, -2, side + 4, side + 4, { stroke: colours.link, width: 3 });
};

// Where a box is too small for its name, the name stands in its place
const labelled = (paper, place, text) => {
  const { x, y, side } = place;
  if (side < 36) {
    paper.text(x + side / 2 - 4, y + 4, text, { fill: colours.ink, size: 11, align: "right" });
    return;
  }
  box(paper, place, () => paper.rectangle(0, 0, side, side, { fill: colours.panel }));
  paper.text(x, y + 4, text, { fill: colours.ink, size: 12, align: "center" });
};

export const drawNetwork = (paper, width, height, { features, weights, units, outputs, marked }) => {
  const places = layout([features.length, ...units.map((layer) => layer.length), outputs.count], width, height);
  const largest = Math.max(...weights.flat(2).map(Math.abs).filter(Number.isFinite), 0);
  weights.forEach((matrix, layer) => matrix.forEach((row, i) => row.forEach((weight, j) => {
    if (places[layer]?.[i] && places[layer + 1]?.[j]) line(paper, places[layer][i], places[layer + 1][j], weight, largest);
  })));
  features.forEach((name, i) => labelled(paper, places[0][i], called(name)));
  units.forEach((layer, k) => layer.forEach((unit, j) => box(paper, places[k + 1][j], (side) => {
    paper.rectangle(0, 0, side, side, { fill: colours.paper });
    paper.image(unit.raster, 0, 0, side, side);
    frame(paper, side, marked, k, j);
  })));
  const last = units.length;
  places.at(-1).forEach((place, i) => box(paper, place, (side) => {
    paper.rectangle(0, 0, side, side, { fill: colours.paper });
    if (outputs.raster) paper.image(outputs.raster, 0, 0, side, side);
    else paper.rectangle(0, 0, side, side, { fill: ofClass(i), opacity: 0.6 });
    frame(paper, side, marked, last, i);
  }));
  return places;
};

export class NetworkView {
  #grids = [];

  // show: told which unit is under the pointer or has the keyboard, or null; open: told which one was clicked
  constructor(canvas, show, open) {
    Object.assign(this, { canvas, show, open, features: [], weights: [], units: [], outputs: { count: 1 }, marked: null });
    canvas.addEventListener("pointermove", (event) => this.mark(this.#under(event)));
    canvas.addEventListener("pointerleave", () => this.mark(null));
    canvas.addEventListener("click", () => this.marked && open(this.marked));
    canvas.addEventListener("focus", () => this.weights.length && this.mark(this.marked ?? [0, 0]));
    canvas.addEventListener("blur", () => this.mark(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  read(frame, plane) {
    Object.assign(this, { weights: frame.weights, biases: frame.biases });
    this.units = frame.units.map((layer, k) => layer.map((unit, j) => {
      this.#grids[k] ??= [];
      return (this.#grids[k][j] ??= new UnitGrid()).read(unit);
    }));
    const count = frame.weights.at(-1)[0].length;
    this.outputs = { count, raster: count === 1 ? plane.raster : null };
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.places = drawNetwork(new CanvasPaper(this.canvas, width, height), width, height, this);
  }

  grid([layer, unit]) { return this.units[layer]?.[unit]; }

  mark(unit) {
    if (String(unit) === String(this.marked)) return;
    this.marked = unit;
    this.show(unit);
  }

  #under(event) {
    const inside = ({ x, y, side }) => Math.max(Math.abs(event.offsetX - x), Math.abs(event.offsetY - y)) <= side / 2 + 2;
    for (const [k, layer] of (this.places ?? []).slice(1).entries()) {
      const unit = layer.findIndex(inside);
      if (unit >= 0) return [k, unit];
    }
    return null;
  }

  #key(event) {
    if (event.key === "Enter" && this.marked) {
      event.preventDefault();
      return this.open(this.marked);
    }
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!(event.key in steps)) return undefined;
    event.preventDefault();
    const [layer, unit] = this.marked ?? [0, 0];
    const next = Math.min(Math.max(layer + steps[event.key][0], 0), this.weights.length - 1);
    const other = Math.min(Math.max(unit + steps[event.key][1], 0), this.weights[next][0].length - 1);
    return this.mark([next, other]);
  }

  // What a unit is made of, in words
  words([layer, unit]) {
    const into = this.weights[layer].map((row) => number(row[unit])).join(", ");
    return say("unit", { layer: layer + 1, unit: unit + 1, weights: into, bias: number(this.biases[layer][unit]) });
  }
}
