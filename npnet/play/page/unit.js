// The weights of one unit, to be read and set by hand
import { byId, make } from "./elements.js";
import { called, say } from "./texts.js";

export class UnitEditor {
  #inputs = [];
  #key = "";
  #unit = null;

  // second: whether it is the second net that is shown; left: called when the keyboard leaves it
  constructor(wire, second, left) {
    Object.assign(this, { wire, second, left });
    this.place = byId("unit");
    this.place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
  }

  open(unit, network) {
    this.#unit = unit;
    this.show(network);
    this.#inputs[0]?.focus();
  }

  // The numbers as they are, but for the one that is being written
  show({ features, weights, biases }) {
    const [layer, unit] = this.#unit ?? [];
    this.place.hidden = !weights[layer]?.[0] || unit >= weights[layer][0].length;
    if (this.place.hidden) return;
    // A frame may be older than the features that were chosen
    const names = weights[layer].map((_, i) => (layer ? say("unit number", { unit: i + 1 }) : called(features[i] ?? "")));
    this.#build(layer, unit, [...names, say("bias")]);
    [...weights[layer].map((row) => row[unit]), biases[layer][unit]].forEach((value, i) => {
      if (this.#inputs[i] !== document.activeElement) this.#inputs[i].value = value;
    });
  }

  #close() {
    this.#unit = null;
    this.place.hidden = true;
    this.left();
  }

  #build(layer, unit, names) {
    const key = JSON.stringify([layer, unit, names]);
    if (key === this.#key) return;
    this.#key = key;
    this.#inputs = names.map(() => make("input", { type: "number", step: "any" }));
    this.#inputs.forEach((input, row) => input.addEventListener("change", () => {
      if (!Number.isNaN(input.valueAsNumber))
        this.wire.send("weight", { net: Number(this.second()), layer, row, column: unit, value: input.valueAsNumber });
    }));
    const close = make("button", { type: "button" }, say("close"));
    close.addEventListener("click", () => this.#close());
    this.place.replaceChildren(make("legend", {}, say("weights of", { layer: layer + 1, unit: unit + 1 })),
      ...this.#inputs.map((input, i) => make("label", {}, `${names[i]} `, input)), close);
  }
}
