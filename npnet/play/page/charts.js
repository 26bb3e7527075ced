// Curves and histograms
import { colours } from "./colours.js";
import { number } from "./texts.js";

const LEFT = 44;
const FOOT = 18;
const TOP = 22;

// Round numbers between two, about three of them
export const ticks = (low, high, count = 3) => {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) found.push(i * step);
  return found;
};

const decades = (low, high) => {
  const [first, last] = [Math.floor(low), Math.ceil(high)];
  const every = Math.ceil((last - first) / 4) || 1;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((power) => (power - first) % every === 0);
};

const path = (xs, ys, x, y) => {
  let pen = "M";
  const parts = [];
  for (let i = 0; i < xs.length; i += 1) {
    const value = ys[i];
    const place = value === null || value === undefined ? NaN : y(value);
    if (!Number.isFinite(place)) {
      pen = "M";
      continue;
    }
    parts.push(`${pen}${x(xs[i]).toFixed(1)} ${place.toFixed(1)}`);
    pen = "L";
  }
  return parts.join("");
};

// series: {x, y, colour, dash}; bands: {x, low, high, colour}; range: fixed ends of the upright axis
export const chart = (paper, width, height, { series, bands = [], log = false, range = null, title }) => {
  const scale = log ? (value) => Math.log10(Math.max(value, 1e-12)) : (value) => value;
  const all = [...series.flatMap(({ y }) => y), ...bands.flatMap((band) => [...band.low, ...band.high])]
    .filter((value) => Number.isFinite(value) && value !== null && (!log || value > 0)).map(scale);
  let [low, high] = range ?? [log ? Math.min(...all) : 0, Math.max(...all)];
  if (!Number.isFinite(low) || !Number.isFinite(high)) [low, high] = [0, 1];
  if (high <= low) high = low + 1;
  const end = Math.max(1, ...series.map(({ x }) => x.at(-1) ?? 0));
  const x = (step) => LEFT + (step / end) * (width - LEFT - 6);
  const y = (value) => TOP + ((high - scale(value)) / (high - low)) * (height - TOP - FOOT);
  axes(paper, { width, height, low, high, log, end, x, title });
  paper.clip(LEFT, 0, width - LEFT, height - FOOT + 1, () => {
    for (const band of bands) {
      const down = path([...band.x].reverse(), [...band.low].reverse(), x, y);
      paper.path(`${path(band.x, band.high, x, y)}${down.replace("M", "L")}z`, { fill: band.colour, opacity: 0.2 });
    }
    for (const { x: xs, y: ys, colour, dash = [] } of series)
      paper.path(path(xs, ys, x, y), { stroke: colour, width: 1.8, dash });
  });
};

const axes = (paper, { width, height, low, high, log, end, x, title }) => {
  const places = (log ? decades(low, high) : ticks(low, high)).filter((place) => place >= low - 1e-9 && place <= high + 1e-9);
  for (const place of places) {
    const level = TOP + ((high - place) / (high - low)) * (height - TOP - FOOT);
    paper.path(`M${LEFT} ${level.toFixed(1)}H${width - 6}`, { stroke: colours.line });
    const text = number(log ? 10 ** place : place);
    paper.text(LEFT - 6, level + 4, text, { fill: colours.soft, size: 11, align: "right" });
  }
  const steps = ticks(0, end, Math.max(2, Math.floor(width / 110)));
  for (const step of steps) {
    const align = step === 0 ? "left" : x(step) > width - 24 ? "right" : "center";
    paper.text(x(step), height - 4, String(step), { fill: colours.soft, size: 11, align });
  }
  paper.text(LEFT, 12, title, { fill: colours.ink, size: 12, bold: true });
};

// Counts between two edges, as bars
export const histogram = (paper, width, height, { edges, counts }) => {
  const most = Math.max(...counts, 1);
  const step = width / counts.length;
  const [low, high] = edges;
  counts.forEach((count, i) => {
    const tall = (count / most) * (height - 2);
    const middle = low + ((i + 0.5) / counts.length) * (high - low);
    const fill = colours[middle < 0 ? "data-0" : "data-1"];
    if (count) paper.rectangle(i * step + 0.5, height - tall - 1, Math.max(1, step - 1), tall, { fill });
  });
  paper.path(`M0 ${height - 0.5}H${width}`, { stroke: colours.soft });
};
