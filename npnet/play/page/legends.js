// What the colours and lines of the plane and of the curves are
import { byId, dot, make } from "./elements.js";
import { say } from "./texts.js";

// classes: their names, none where numbers are learned; names: of two nets; band: whether there is one
export const legends = ({ classes, names, band }) => {
  const numbers = [["key", say("low numbers")], ["key positive", say("high numbers")]];
  fill(byId("legend"), [...(classes.length ? classes.map((name, label) => [label, name]) : numbers),
    ["dot train", say("training point")], ["dot test", say("test point")]]);
  names.forEach((name, i) => { byId(`which-${"ab"[i]}`).textContent = name; });
  fill(byId("curves-legend"), [...names.map((name, i) => [`key run-${"ab"[i]}`, name]),
    ["key solid", say("training")], ["key dashed", say("test")], ...(band ? [["key band", say("band")]] : [])]);
};

// Made anew only where it is another one
const fill = (place, entries) => {
  const key = JSON.stringify(entries);
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(...entries.map(([mark, text]) => make("span", {}, typeof mark === "number"
    ? dot(mark) : make("span", { className: mark, ariaHidden: "true" }), ` ${text} `)));
};
