// Sliders that go through a list of values: fine where numbers are small, and exact at the round ones
import { number } from "./texts.js";

// How long a control that was just moved keeps its place, whatever comes back from before
const SETTLES = 400;

export class Slider {
  constructor(input, stops, change) {
    Object.assign(this, { input, stops, output: input.parentElement.querySelector("output") });
    input.addEventListener("input", () => {
      input.dataset.moved = performance.now();
      this.#say();
      change(this.value);
    });
  }

  get value() { return this.stops[Number(this.input.value)]; }

  show(value) {
    // A state on its way does not move what the hand is at
    if (performance.now() - Number(this.input.dataset.moved ?? -Infinity) < SETTLES) return;
    if (!this.stops.includes(value)) this.stops = [...this.stops, value].sort((a, b) => a - b);
    this.input.max = this.stops.length - 1;
    this.input.value = this.stops.indexOf(value);
    this.#say();
  }

  #say() {
    const text = number(this.value);
    this.output.textContent = text;
    this.input.setAttribute("aria-valuetext", text);
  }
}

// Stops for a number of an optimizer's, inside of its limits
const SHARES = [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999, 1];
const POWERS = [1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1];
export const stopsOf = ({ default: first, low, high, open }) => {
  const list = high === 1 ? SHARES : [0, ...POWERS];
  const inside = (value) => (low === null || value > low || (value === low && !open.includes("low")))
    && (high === null || value < high || (value === high && !open.includes("high")));
  return [...new Set([...list, first])].filter(inside).sort((a, b) => a - b);
};
