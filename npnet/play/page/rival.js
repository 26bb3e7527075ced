// A second net beside the first, from the same weights, which differs in one thing
import { byId, offer } from "./elements.js";
import { number, say } from "./texts.js";

// The values that the second net can have for itself
const RATES = [1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const PENALTIES = [0, 1e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

export class Rival {
  constructor(set) {
    this.set = set;
    byId("rival").addEventListener("change", () => this.#begin());
    byId("rival-value").addEventListener("change", () => this.#send(byId("rival").value, byId("rival-value").value));
  }

  offer({ optimizers, activations }) {
    this.names = { optimizer: Object.keys(optimizers), activations };
  }

  show(state) {
    this.state = state;
    const field = state.rival ? Object.keys(state.rival).find((name) => this.#known(name)) ?? "" : "";
    byId("rival").value = field;
    byId("rival-value-field").hidden = !field;
    if (!field) return;
    const value = String(this.#value(state.rival[field]));
    const known = this.#choices(field);
    offer(byId("rival-value"), known.some(([name]) => name === value) ? known : [...known, [value, value]]);
    byId("rival-value").value = value;
  }

  #known(field) { return field in this.names || ["learning_rate", "l1", "l2"].includes(field); }

  #choices(field) {
    if (field in this.names) return this.names[field].map((name) => [name, name]);
    return (field === "learning_rate" ? RATES : PENALTIES).map((value) => [String(value), number(value)]);
  }

  // Of a list with one activation a layer, the first stands for all
  #value(value) { return Array.isArray(value) ? value[0] : value; }

  #begin() {
    const field = byId("rival").value;
    if (!field) return this.set({ rival: null });
    const others = this.#choices(field).map(([name]) => name)
      .filter((name) => name !== String(this.#value(this.state[field])));
    const first = { optimizer: "adam", activations: "relu", learning_rate: "0.01", l1: "0.01", l2: "0.01" }[field];
    return this.#send(field, others.includes(first) ? first : others[0]);
  }

  #send(field, chosen) {
    const value = field === "activations" ? this.state.widths.map(() => chosen)
      : field === "optimizer" ? chosen : Number(chosen);
    // Two nets are two, not bands of many
    this.set({ rival: { [field]: value }, members: 1 });
  }

  // What the two nets are called beside their pictures
  namesOf(state) {
    const field = Object.keys(state.rival)[0];
    const named = (value) => (typeof value === "number" ? number(value) : [].concat(value).join(", "));
    return ["A", "B"].map((net, i) => say(`net ${net}`, { what: named((i ? state.rival : state)[field]) }));
  }
}
