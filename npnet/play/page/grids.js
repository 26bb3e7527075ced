// What comes over the plane, as small pictures: classes, and the outputs of units
import { tables } from "./colours.js";
import { Raster } from "./paper.js";
import { bytes } from "./wire.js";

export class Plane {
  #raster = null;

  // The classes over the plane, or the numbers that are learned, as a frame has them; plain: each place has its class's
  // full colour
  read({ size, classes, values, winner }, plain) {
    Object.assign(this, { size, classes, values: bytes(values), winner: winner ? bytes(winner) : null });
    if (this.#raster?.size !== size) this.#raster = new Raster(size);
    const [grid, winners, { signs, classes: ofClasses }] = [this.values, this.winner, tables];
    const two = (i) => signs[plain ? (grid[i] < 128 ? 0 : 255) : grid[i]];
    const more = (i) => ofClasses[winners[i] % 10][plain ? 255 : grid[i]];
    this.#raster.fill(winners ? more : two);
    return this;
  }

  get raster() { return this.#raster; }

  // Where two classes are equally probable, as a path over a square of some width
  boundary(width) {
    if (this.classes !== 2) return "";
    const { size, values } = this;
    // A number is that of its cell's middle
    const cell = width / size;
    const found = [];
    for (let row = 0; row < size - 1; row += 1) {
      for (let column = 0; column < size - 1; column += 1) {
        const corner = row * size + column;
        const around = [corner, corner + 1, corner + size + 1, corner + size].map((i) => values[i] - 127.5);
        const ends = crossings(around);
        for (let i = 0; i + 1 < ends.length; i += 2)
          found.push(`M${place(ends[i], row, column)}L${place(ends[i + 1], row, column)}`);
      }
    }
    return found.join("");

    function place([x, y], row, column) {
      return `${((column + 0.5 + x) * cell).toFixed(1)} ${(width - (row + 0.5 + y) * cell).toFixed(1)}`;
    }
  }
}

// Where a line between the corners of a unit square, in their order around it, changes its sign
const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];
const crossings = (around) => {
  const found = [];
  if (around.every((value) => value > 0) || around.every((value) => value < 0)) return found;
  around.forEach((value, i) => {
    const next = around[(i + 1) % 4];
    if (value < 0 === next < 0) return;
    const share = value / (value - next);
    const [[x, y], [u, v]] = [CORNERS[i], CORNERS[(i + 1) % 4]];
    found.push([x + share * (u - x), y + share * (v - y)]);
  });
  return found;
};

// The outputs of a unit over the plane
export class UnitGrid {
  read(base64) {
    const values = bytes(base64);
    this.raster ??= new Raster(Math.round(Math.sqrt(values.length)));
    this.raster.fill((i) => tables.signs[values[i]]);
    return this;
  }
}
