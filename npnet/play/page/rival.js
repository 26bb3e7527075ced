// A second net beside the first, from the same weights, which differs in one thing
import { byId, offer } from "./elements.js";
import { called, number } from "./texts.js";

// The values that the second net can have for itself
const RATES = [1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
// It differs in what this form does not offer, as in a walk
const OTHER = "other";
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
    const fields = Object.keys(state.rival ?? {});
    const one = fields.length === 1 && this.#known(fields[0]);
    const field = fields.length ? (one ? fields[0] : OTHER) : "";
    byId("rival").value = field;
    byId("rival-value-field").hidden = !one;
    if (!one) return;
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
    if (field === OTHER) return undefined;
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

  // What the two nets are called beside their pictures: what they differ in
  namesOf(state) {
    const fields = Object.entries(state.rival);
    const first = fields.map(([field, own]) => described(field, state[field], own)).join(", ");
    const second = fields.map(([field, own]) => described(field, own, state[field])).join(", ");
    return [`A: ${first}`, `B: ${second}`];
  }
}

const described = (field, value, other) => {
  // An activation of all layers once
  if (Array.isArray(value)) return [...new Set(value)].join(", ");
  if (typeof value === "string") return value;
  if (typeof value === "number") return `${called(field)} ${number(value)}`;
  return Object.entries(value).filter(([name, own]) => own !== other[name])
    .map(([name, own]) => `${called(name)} ${number(own)}`).join(", ");
};
