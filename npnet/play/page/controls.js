// What is chosen: the form shows the state, and sends what the reader changes
import { byId, dot, make, offer } from "./elements.js";
import { Layers } from "./layers.js";
import { Rival } from "./rival.js";
import { Slider, stopsOf } from "./sliders.js";
import { called, say } from "./texts.js";

const FIELDS = "[data-field]";
const TWO = [[-1, -1, 0], [1, 1, 1]];
// Of these, lists of columns or of an optimizer's numbers, one part each is changed
const OWN = ["column-0", "column-1", "target"];

export class Controls {
  #sliders = new Map();
  #numbers = new Map();
  // Whether numbers are learned, and no classes
  ofNumbers = false;

  constructor(wire) {
    this.wire = wire;
    this.set = (changes) => wire.send("set", { changes });
    this.layers = new Layers(byId("layers"), this.set);
    this.rival = new Rival(this.set);
    for (const input of document.querySelectorAll(`input[type="range"]${FIELDS}`)) this.#slide(input);
    for (const select of document.querySelectorAll(`select${FIELDS}`))
      select.addEventListener("change", () => this.#chosen(select));
    byId("f-standardize").addEventListener("change", (event) => this.set({ standardize: event.target.checked }));
    byId("f-seed").addEventListener("change", (event) => this.#seed(event.target.valueAsNumber));
    byId("clear").addEventListener("click", () => this.set({ points: TWO }));
    byId("new-seed").addEventListener("click", () => this.#seed(this.state.seed + 1));
    document.querySelector("#choices form").addEventListener("submit", (event) => event.preventDefault());
  }

  // What can be chosen
  offer(options) {
    this.options = options;
    for (const select of document.querySelectorAll(`select${FIELDS}`)) {
      const known = options[select.dataset.options];
      if (known) offer(select, (Array.isArray(known) ? known : Object.keys(known)).map((name) => [name, called(name)]));
    }
    byId("features").replaceChildren(...options.features.map((name) => {
      const input = make("input", { type: "checkbox", value: name });
      input.addEventListener("change", () => this.#features(input));
      return make("label", { className: "tick" }, input, ` ${called(name)}`);
    }));
    this.layers.offer(options);
    this.rival.offer(options);
  }

  show(state) {
    this.state = state;
    for (const [field, slider] of this.#sliders) slider.show(state[field]);
    for (const select of document.querySelectorAll(`select${FIELDS}`))
      if (!OWN.includes(select.dataset.field)) select.value = state[select.dataset.field];
    // Numbers have squared error in the place of cross-entropy
    const entropy = byId("f-loss").querySelector("[value=crossentropy]");
    if (entropy) entropy.disabled = this.ofNumbers;
    if (this.ofNumbers && state.loss === "crossentropy") byId("f-loss").value = "mse";
    byId("f-standardize").checked = state.standardize;
    if (document.activeElement !== byId("f-seed")) byId("f-seed").value = state.seed;
    for (const input of byId("features").querySelectorAll("input")) input.checked = state.features.includes(input.value);
    byId("clear").hidden = state.data !== "points";
    this.#showNumbers(state);
    this.#showColumns(state);
    this.layers.show(state);
    this.rival.show(state);
    for (const [field, shown] of Object.entries(this.#applies(state)))
      byId(`f-${field}`).closest(".field").hidden = !shown;
  }

  // What was refused goes back to what is
  back() {
    for (const control of document.querySelectorAll("[data-moved]")) delete control.dataset.moved;
    this.show(this.state);
    byId("f-seed").value = this.state.seed;
  }

  // Fields that have an effect beside the others
  #applies({ schedule, data }) {
    return { decay_epochs: schedule !== "constant", samples: data !== "points", noise: data !== "points" };
  }

  #slide(input) {
    const field = input.dataset.field;
    const stops = input.dataset.stops.split(" ").map(Number);
    this.#sliders.set(field, new Slider(input, stops, (value) =>
      this.set({ [field]: value, ...(field === "members" && value > 1 ? { rival: null } : {}) })));
  }

  #chosen(select) {
    const field = select.dataset.field;
    if (field === "target") return this.set({ target: select.value });
    if (field.startsWith("column-")) return this.#column(Number(field.at(-1)), select.value);
    // Two points are the fewest to begin with
    if (select.value === "points" && !this.state.points.length) return this.set({ data: "points", points: TWO });
    return this.set({ [field]: select.value });
  }

  // The same column twice: the other one takes the place that becomes free
  #column(place, name) {
    const columns = [...this.columns];
    if (columns[1 - place] === name) columns[1 - place] = columns[place];
    columns[place] = name;
    this.set({ columns });
  }

  #seed(seed) {
    // What is no number, or none yet, is left alone
    if (Number.isNaN(seed)) return;
    this.set({ seed });
  }

  #features(input) {
    const names = [...byId("features").querySelectorAll("input:checked")].map(({ value }) => value);
    // A net has one feature at least
    if (names.length) this.set({ features: names });
    else input.checked = true;
  }

  #showNumbers({ optimizer, numbers }) {
    const place = byId("numbers");
    if (place.dataset.optimizer !== optimizer) {
      place.dataset.optimizer = optimizer;
      this.#numbers.clear();
      place.replaceChildren(...Object.keys(numbers).map((name) => this.#numberField(name)));
    }
    for (const [name, slider] of this.#numbers) slider.show(numbers[name]);
  }

  #numberField(name) {
    const input = make("input", { type: "range", id: `n-${name}`, min: 0 });
    const field = make("p", { className: "field" }, make("label", { htmlFor: input.id }, called(name)),
      make("output"), input);
    const stops = stopsOf(this.options.optimizers[this.state.optimizer][name]);
    const change = (value) => this.set({ numbers: { ...this.state.numbers, [name]: value } });
    this.#numbers.set(name, new Slider(input, stops, change));
    return field;
  }

  #showColumns({ data, columns, target }) {
    const known = this.options.columns[data];
    byId("columns").hidden = !known;
    if (!known) return;
    const { targets } = this.options;
    const others = data === "file" ? known.filter((name) => name !== (target || targets.at(-1))) : known;
    // At first, and of one column twice, as the server has it
    this.columns = columns.length ? columns : [others[0], others[1] ?? others[0]];
    [0, 1].forEach((place) => {
      const select = byId(`f-column-${place}`);
      offer(select, others.map((name) => [name, data === "file" ? name : called(name)]));
      select.value = this.columns[place];
    });
    byId("f-target").closest(".field").hidden = data !== "file";
    if (data === "file") {
      offer(byId("f-target"), targets.map((name) => [name, name]));
      byId("f-target").value = target || targets.at(-1);
    }
  }
}

// Which class a click sets, by the names that the legend has, and one more; or that it erases
export const labelChoices = (classes) => {
  const count = Math.max(2, Math.min(10, classes.length + 1));
  const place = byId("label-choices");
  const names = Array.from({ length: count }, (_, label) => classes[label] ?? String(label));
  if (place.dataset.names === String(names)) return;
  const chosen = place.querySelector("input:checked")?.value ?? "0";
  place.dataset.names = names;
  const radio = (value, ...text) => make("label", {},
    make("input", { type: "radio", name: "label", value, checked: value === chosen }), ...text);
  const labels = names.map((name, label) => radio(String(label), dot(label), ` ${name}`));
  place.replaceChildren(...labels, radio("erase", say("erases")));
};

export const chosenLabel = () => document.querySelector('input[name="label"]:checked')?.value ?? "0";
