// The page: what comes in is shown, what the reader does goes out
import { Apart } from "./apart.js";
import { whenColoursChange } from "./colours.js";
import { Controls, chosenLabel, labelChoices } from "./controls.js";
import { curves } from "./curves.js";
import { byId } from "./elements.js";
import { Inside } from "./inside.js";
import { legends } from "./legends.js";
import { NetworkView } from "./network.js";
import { CanvasPaper } from "./paper.js";
import { PlaneView, editable } from "./planeview.js";
import { takeAway } from "./take.js";
import { called, language, number, percent, say } from "./texts.js";
import { UnitEditor } from "./unit.js";
import { Walks } from "./walks.js";
import { Wire } from "./wire.js";

const options = { test: true, plain: false, logarithmic: false, second: false };
const wire = new Wire();
const controls = new Controls(wire);
const walks = new Walks(wire);
const second = () => options.second && Boolean(frame?.b);
const apart = new Apart(wire, second);
const inside = new Inside();
const views = ["plane", "plane-b"].map((id) => new PlaneView(byId(id), options));
const network = new NetworkView(byId("net"), (unit) => {
  views[0].unit = (unit && network.grid(unit)) ?? null;
  byId("net-words").textContent = unit ? network.words(unit) : "\u00a0";
  caption();
  later();
}, (unit) => editor.open(unit, network));
const editor = new UnitEditor(wire, second, () => byId("net").focus());
let state = null;
let frame = null;
let due = false;

const status = (text, urgent = false) => {
  byId("status").textContent = text;
  alertOf(urgent ? text : "");
};
const alertOf = (text) => {
  byId("alert").textContent = text;
  byId("alert").hidden = !text;
};

// What is shown again is drawn once, before the browser's next frame
const later = () => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    if (!frame) return;
    const { fresh } = frame;
    frame.fresh = false;
    try {
      if (fresh) read();
      draw();
    } finally {
      // Whatever goes wrong with this frame, the next one may come
      if (fresh) wire.send("ack", { frame: frame.frame });
    }
    byId("plane").dataset.frame = frame.frame;
  });
};

const draw = () => {
  for (const view of views) if (!view.canvas.closest("[hidden]")) view.draw();
  network.draw();
  curves(frame, options).forEach((drawn, i) => {
    const canvas = byId(["loss-curve", "accuracy-curve"][i]);
    const { clientWidth: width, clientHeight: height } = canvas;
    drawn(new CanvasPaper(canvas, width, height), width, height);
  });
  inside.draw({ ...shown(), playing: frame.playing });
};

// The net whose units, weights and layers are shown: the first, or the one beside it
const shown = () => (options.second && frame.b) || frame;

const read = () => {
  views[0].read(frame.boundary);
  views[1].read(frame.b?.boundary);
  network.read(shown(), (shown() === frame ? views[0] : views[1]).plane);
  if (network.marked) views[0].unit = network.grid(network.marked) ?? null;
  editor.show(network);
  byId("figure-b").hidden = byId("which").hidden = !frame.b;
  caption();
  const numbers = { epoch: frame.epoch, step: frame.step, loss: number(frame.loss), test_loss: number(frame.test_loss),
    accuracy: percent(frame.accuracy), test_accuracy: percent(frame.test_accuracy) };
  for (const [name, text] of Object.entries(numbers)) byId(`n-${name}`).textContent = text;
  byId("play").textContent = say(frame.playing ? "pause" : "train");
  legends({ classes: views[0].data?.classes ?? [], names: names(), band: Boolean(frame.curves.band) });
};

const names = () => (state?.rival ? controls.rival.namesOf(state) : []);
const caption = () => {
  const [a, b] = names();
  const [layer, unit] = network.marked ?? [];
  const named = (name, loss) => (name ? `${name} · ${say("loss")} ${number(loss)}` : "");
  byId("plane-caption").textContent = views[0].unit
    ? say("output of unit", { layer: layer + 1, unit: unit + 1 })
    : frame?.curves.band ? say("of many nets") : named(a, frame?.loss);
  byId("caption-b").textContent = named(b, frame?.b?.loss);
};

// Said when the training stands still, and now and then while it goes on: nobody can listen to every frame
let said = -Infinity;
const tell = () => {
  if (frame.step === 0 || (frame.playing && performance.now() - said < 10_000)) return;
  said = performance.now();
  byId("status").textContent = say("numbers", { epoch: frame.epoch, loss: number(frame.loss),
    accuracy: percent(frame.accuracy) });
};

// The address bar has the link a moment later: browsers do not let a page change it as often as a slider moves
let link = window.location.hash;
let keeping = null;
const keep = (latest) => {
  link = latest;
  keeping ??= setTimeout(() => {
    keeping = null;
    history.replaceState(null, "", link);
  }, 200);
};

wire.on("hello", ({ options: known, file }) => {
  // Without a file there is no data set of that name
  controls.offer({ ...known, data: known.data.filter((name) => name !== "file" || file) });
  walks.offer(known);
});
wire.on("state", (message) => {
  state = message.state;
  controls.show(state);
  network.features = state.features;
  keep(message.link);
  alertOf("");
});
wire.on("data", (message) => {
  // A reader's own names stay as they are, though npnet may have the same for something else
  const own = state.data === "file" ? (name) => name : called;
  const data = { ...message, names: message.names.map(own), classes: message.classes.map(own) };
  for (const view of views) view.data = data;
  // Numbers have no accuracy, and no class that a click could set
  const classes = data.classes.length;
  controls.ofNumbers = !classes;
  controls.show(state);
  for (const place of [byId("accuracy-curve").parentElement, byId("labels"), byId("clicks")]) place.hidden = !classes;
  labelChoices(data.classes);
  byId("axes").textContent = say("axes", { across: data.names[0], up: data.names[1] });
  later();
});
wire.on("frame", (message) => {
  frame = { ...message, fresh: true };
  byId("speed").value = frame.speed;
  tell();
  later();
});
wire.on("refused", ({ message }) => {
  if (state) controls.back();
  // Nor has happened what was just said
  status(message, true);
});
wire.on("diverged", ({ message }) => status(say("diverged", { message }), true));
wire.on("apart", (message) => apart.show(message));
wire.on("closed", () => {
  status(say("closed"), true);
  byId("play").disabled = true;
});

byId("play").addEventListener("click", () => wire.send(frame?.playing ? "pause" : "play"));
for (const id of ["epoch", "batch", "restart"]) byId(id).addEventListener("click", () => wire.send(id));
byId("speed").addEventListener("change", (event) =>
  wire.send("speed", { epochs_per_second: Number(event.target.value) }));
for (const [id, name] of [["show-test", "test"], ["plain", "plain"], ["logarithmic", "logarithmic"]]) {
  byId(id).addEventListener("change", (event) => {
    options[name] = event.target.checked;
    // What is coloured otherwise is coloured from the numbers
    again();
  });
}
byId("which").addEventListener("change", (event) => {
  options.second = event.target.value === "b";
  again();
});
const again = () => {
  if (frame) read();
  later();
};
editable(views[0], wire, { chosen: chosenLabel, status, draw: later });
const address = () => new URL(link, window.location.href).href;
const picture = () => {
  const { loss, accuracy } = shown();
  const numbers = { epoch: frame.epoch, step: frame.step, loss: number(loss), accuracy: percent(accuracy) };
  const i = Number(shown() !== frame);
  const title = [say("picture title", numbers), ...names().slice(i, i + 1)].join(" · ");
  return { view: views[i], network, frame, options, title, names: names() };
};
takeAway(wire, { status, address, picture });
// A link that is pasted over this one
window.addEventListener("hashchange", () => wire.send("link", { link: window.location.hash }));
whenColoursChange(again);
window.addEventListener("resize", later);
for (const other of document.querySelectorAll(".languages a"))
  other.addEventListener("click", () => { other.hash = link; });

// The controls fold where the screen is narrow
const wide = window.matchMedia("(min-width: 62rem)");
const fold = () => { byId("choices").open = wide.matches; };
wide.addEventListener("change", fold);
fold();

wire.connect(language);
if (link.length > 1) wire.send("link", { link });
