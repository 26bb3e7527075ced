// The curves of loss and accuracy: of the net, and of the one beside it
import { chart } from "./charts.js";
import { colours } from "./colours.js";
import { say } from "./texts.js";

const DASH = [4, 3];

const seriesOf = (found, names, colour) => names.map((name) =>
  ({ x: found.step, y: found[name], colour, dash: name.startsWith("test") ? DASH : [] }));

// Two functions, each draws one chart on a paper
export const curves = ({ curves: found }, { logarithmic }) => {
  const both = (names) => [...seriesOf(found, names, colours["run-a"]),
    ...(found.b ? seriesOf(found.b, names, colours["run-b"]) : [])];
  const bands = found.band ? [{ x: found.step, ...found.band, colour: colours["run-a"] }] : [];
  return [
    (paper, width, height) => chart(paper, width, height,
      { series: both(["loss", "test_loss"]), bands, log: logarithmic, title: say("loss curve") }),
    (paper, width, height) => chart(paper, width, height,
      { series: both(["accuracy", "test_accuracy"]), range: [0, 1], title: say("accuracy curve") }),
  ];
};
