// The plane with the classes, the boundary and the points: drawn, clicked and reached by the keyboard
import { colours, ofClass, ofNumber } from "./colours.js";
import { Plane } from "./grids.js";
import { CanvasPaper } from "./paper.js";
import { number, say } from "./texts.js";

export const SIZE = 300;

// Points as places in a square of that size
const placed = ([x, y], [left, right, low, high], size) =>
  [((x - left) / (right - left)) * size, size - ((y - low) / (high - low)) * size];

// Training points are disks, those of the test diamonds with a dark edge: apart in form too
const drawPoint = (paper, [x, y], size, fill, test) => {
  const r = Math.max(2, (3.2 * size) / SIZE);
  if (!test) return paper.circle(x, y, r, { fill, stroke: colours.paper, width: 0.8 });
  const d = `M${x.toFixed(1)} ${(y - 1.3 * r).toFixed(1)}${diamond(1.3 * r)}`;
  return paper.path(d, { fill, stroke: colours.ink, width: r / 3 });
};
const diamond = (r) => [[1, 1], [-1, 1], [-1, -1]].map(([x, y]) => `l${(x * r).toFixed(1)} ${(y * r).toFixed(1)}`).join("") + "z";

export const drawPlane = (paper, size, { plane, unit, data, options, cursor }) => {
  paper.clip(0, 0, size, size, () => {
    if (unit) paper.image(unit.raster, 0, 0, size, size);
    else if (plane) {
      paper.image(plane.raster, 0, 0, size, size);
      paper.path(plane.boundary(size), { stroke: colours.ink, width: 1.6 });
    }
    if (!data) return;
    const colour = data.classes.length ? ofClass : ofNumber;
    const all = (points, test) => {
      for (const point of points) drawPoint(paper, placed(point, data.bounds, size), size, colour(point[2]), test);
    };
    all(data.train, false);
    if (options.test) all(data.test, true);
    if (cursor) {
      const [x, y] = placed(cursor, data.bounds, size);
      paper.path(`M${x - 12} ${y}h24M${x} ${y - 12}v24`, { stroke: colours.paper, width: 5 });
      paper.path(`M${x - 12} ${y}h24M${x} ${y - 12}v24`, { stroke: colours.ink, width: 2 });
    }
  });
  paper.rectangle(0, 0, size, size, { stroke: colours.line, width: 1 });
};

export class PlaneView {
  constructor(canvas, options) {
    Object.assign(this, { canvas, options, plane: null, unit: null, data: null, cursor: null });
  }

  read(boundary) {
    this.plane = boundary ? (this.plane ?? new Plane()).read(boundary, this.options.plain) : null;
  }

  draw() {
    // As wide as the page has it: text and points keep their size
    const size = this.canvas.clientWidth || SIZE;
    drawPlane(new CanvasPaper(this.canvas, size, size), size, this);
  }

  hasPointNear(x, y, radius) {
    return [...this.data.train, ...this.data.test].some((point) => Math.hypot(point[0] - x, point[1] - y) <= radius);
  }

  // Where a click has gone, in the units of the data
  placeOf(event) {
    const box = this.canvas.getBoundingClientRect();
    const [left, right, low, high] = this.data.bounds;
    return [left + ((event.clientX - box.left) / box.width) * (right - left),
      low + ((box.bottom - event.clientY) / box.height) * (high - low)];
  }
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

// A click, or Enter at the cross that the arrow keys move, sets a point; erasing takes away those beside it
export const editable = (view, wire, { chosen, status, draw }) => {
  const { canvas } = view;
  const change = ([x, y], erase) => {
    const label = Number(chosen());
    const gone = erase || Number.isNaN(label);
    // An eraser a little wider than a point
    const radius = (view.data.bounds[1] - view.data.bounds[0]) / 25;
    if (gone && !view.hasPointNear(x, y, radius)) return;
    wire.send(gone ? "erase" : "point", gone ? { x, y, radius } : { x, y, label });
    status(say(gone ? "erased" : "added", { x: number(x), y: number(y), label: view.data.classes[label] ?? String(label) }));
  };
  const move = (step) => {
    const [left, right, low, high] = view.data.bounds;
    const [x, y] = view.cursor ?? [(left + right) / 2, (low + high) / 2];
    const within = (value, from, to) => Math.min(Math.max(value, from), to);
    view.cursor = [within(x + (step[0] * (right - left)) / 25, left, right),
      within(y + (step[1] * (high - low)) / 25, low, high)];
    status(view.cursor.map((place) => number(place)).join(", "));
    draw();
  };
  canvas.addEventListener("click", (event) => view.data && change(view.placeOf(event), event.shiftKey));
  canvas.addEventListener("keydown", (event) => {
    if (!view.data) return;
    if (event.key in STEPS) move(STEPS[event.key]);
    else if (["Enter", " ", "Delete", "Backspace"].includes(event.key) && view.cursor)
      change(view.cursor, ["Delete", "Backspace"].includes(event.key));
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    view.cursor = null;
    draw();
  });
};
