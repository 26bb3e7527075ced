// The hidden layers: how many, and each one's units and activation
import { make, offer } from "./elements.js";
import { say } from "./texts.js";

export class Layers {
  constructor(place, set) {
    Object.assign(this, { place, set, cards: [] });
    this.more = this.#button("+", say("more layers"), () => set({ widths: [...this.state.widths, 4] }));
    this.less = this.#button("−", say("fewer layers"), () => set({ widths: this.state.widths.slice(0, -1) }));
    this.count = make("output");
    const name = make("span", { className: "name" }, say("hidden layers"));
    place.append(make("div", { className: "layer" }, name, this.less, this.count, this.more));
  }

  offer({ activations, limits }) {
    [this.activations, this.limits] = [activations, limits];
  }

  show(state) {
    this.state = state;
    const { widths, activations } = state;
    while (this.cards.length > widths.length) this.cards.pop().card.remove();
    while (this.cards.length < widths.length) this.#add(this.cards.length);
    this.cards.forEach(({ less, count, more, select }, i) => {
      count.textContent = widths[i];
      less.disabled = widths[i] <= this.limits.units[0];
      more.disabled = widths[i] >= this.limits.units[1];
      select.value = activations[i];
    });
    this.count.textContent = widths.length;
    this.less.disabled = widths.length <= this.limits.layers[0];
    this.more.disabled = widths.length >= this.limits.layers[1];
  }

  #button(text, label, click) {
    const button = make("button", { type: "button", ariaLabel: label }, text);
    button.addEventListener("click", click);
    return button;
  }

  #add(i) {
    const change = (units) => this.set({ widths: this.state.widths.map((width, k) => (k === i ? width + units : width)) });
    const layer = i + 1;
    const less = this.#button("−", say("fewer units", { layer }), () => change(-1));
    const more = this.#button("+", say("more units", { layer }), () => change(1));
    const count = make("output");
    const select = make("select", { ariaLabel: say("activation of", { layer }) });
    offer(select, this.activations.map((name) => [name, name]));
    select.addEventListener("change", () =>
      this.set({ activations: this.state.activations.map((name, k) => (k === i ? select.value : name)) }));
    const name = make("span", { className: "name" }, say("layer", { layer }));
    const card = make("div", { className: "layer", role: "group", ariaLabel: say("layer", { layer }) },
      name, less, count, more, select);
    this.cards.push({ card, less, count, more, select });
    this.place.append(card);
  }
}
