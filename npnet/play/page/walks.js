// Guided walks: a state to begin with, three sentences and a question
import { byId, make, option } from "./elements.js";
import { language, say } from "./texts.js";

export class Walks {
  constructor(wire) {
    this.wire = wire;
    this.walks = [];
    byId("walk").addEventListener("change", (event) => this.#go(event.target.value));
  }

  offer({ walks }) {
    if (this.walks.length) return;
    this.walks = walks;
    byId("walk").append(...walks.map(({ title }, i) => option(String(i), `${i + 1}. ${title}`)));
  }

  #go(chosen) {
    byId("walk").value = chosen;
    const text = byId("walk-text");
    text.hidden = chosen === "";
    if (chosen === "") return;
    const place = Number(chosen);
    this.wire.send("walk", { number: place });
    const { sentences, question } = this.walks[place];
    text.replaceChildren(make("p", {}, sentences.join(language === "zh" ? "" : " ")),
      make("p", { className: "question" }, question), this.#buttons(place));
  }

  #buttons(place) {
    const button = (name, to) => {
      const made = make("button", { type: "button", disabled: !(to in this.walks) }, say(name));
      made.addEventListener("click", () => {
        this.#go(String(to));
        byId("walk").focus();
      });
      return made;
    };
    return make("p", { className: "buttons" }, button("walk before", place - 1), button("walk after", place + 1));
  }
}
