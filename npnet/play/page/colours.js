// The colours of the style sheet as numbers, for what is drawn; read again when light becomes dark
const NAMES = ["paper", "panel", "ink", "soft", "line", "link", "no", "run-a", "run-b",
  ...Array.from({ length: 10 }, (_, i) => `data-${i}`)];
const scheme = window.matchMedia("(prefers-color-scheme: dark)");

export const colours = {};
export const tables = {};

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const mixed = (a, b, share) => a.map((x, i) => x + (b[i] - x) * share);
// A pixel as ImageData has it, in one number
const pixel = ([r, g, b]) => ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
const shades = (from, to, most) =>
  Uint32Array.from({ length: 256 }, (_, i) => pixel(mixed(rgb(colours[from]), rgb(colours[to]), (most * i) / 255)));

const read = () => {
  const style = getComputedStyle(document.documentElement);
  for (const name of NAMES) colours[name] = style.getPropertyValue(`--${name}`).trim();
  // From one class, or sign, by way of the paper to the other one
  const [low, high] = [shades("paper", "data-0", 0.55), shades("paper", "data-1", 0.55)];
  tables.signs = Uint32Array.from({ length: 256 }, (_, i) => (i < 128 ? low[255 - 2 * i] : high[2 * i - 255]));
  tables.numbers = [shades("paper", "data-0", 1), shades("paper", "data-1", 1)];
  tables.classes = Array.from({ length: 10 }, (_, i) => shades("paper", `data-${i}`, 0.5));
};

export const ofClass = (label) => colours[`data-${label % 10}`];
// Of a number from -1 to 1, in full colours
export const ofNumber = (value) => {
  const shade = tables.numbers[value < 0 ? 0 : 1][Math.round(255 * Math.min(1, 0.15 + 0.85 * Math.abs(value)))];
  return `rgb(${shade & 255} ${(shade >> 8) & 255} ${(shade >> 16) & 255})`;
};
export const ofSign = (value) => colours[value < 0 ? "data-0" : "data-1"];

export const whenColoursChange = (then) => scheme.addEventListener("change", () => { read(); then(); });
read();
