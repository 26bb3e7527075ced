// The plane, the net and the curves in one picture, on whatever paper
import { colours } from "./colours.js";
import { curves } from "./curves.js";
import { drawNetwork } from "./network.js";
import { SvgPaper, CanvasPaper } from "./paper.js";
import { drawPlane } from "./planeview.js";

const [WIDTH, HEIGHT] = [1000, 620];
const MARGIN = 24;
const PLANE = 340;
const NET = WIDTH - 3 * MARGIN - PLANE;
const CURVE = (WIDTH - 3 * MARGIN) / 2;

// view, network: of the net that is shown, which the title is of too; names: of two nets
const compose = (paper, { view, network, frame, options, title, names }) => {
  paper.rectangle(0, 0, WIDTH, HEIGHT, { fill: colours.paper });
  paper.text(MARGIN, 30, title, { fill: colours.ink, size: 15, bold: true });
  names.forEach((name, i) => paper.text(MARGIN + i * (CURVE + MARGIN), 48, name,
    { fill: colours[`run-${"ab"[i]}`], size: 12, bold: true }));
  paper.at(MARGIN, 50, () => drawNetwork(paper, NET, PLANE, { ...network, marked: null }));
  paper.at(2 * MARGIN + NET, 50, () => drawPlane(paper, PLANE, { ...view, unit: null, cursor: null }));
  curves(frame, options).forEach((draw, i) =>
    paper.at(MARGIN + i * (CURVE + MARGIN), PLANE + 70, () => draw(paper, CURVE, HEIGHT - PLANE - 90)));
};

export const svgPicture = (what) => {
  const paper = new SvgPaper(WIDTH, HEIGHT);
  compose(paper, what);
  return new Blob([paper.file()], { type: "image/svg+xml" });
};

export const pngPicture = (what) => {
  const canvas = document.createElement("canvas");
  compose(new CanvasPaper(canvas, WIDTH, HEIGHT, 2), what);
  return new Promise((then) => canvas.toBlob(then, "image/png"));
};
