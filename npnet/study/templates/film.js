"use strict";
// The figure that the reader can move: the slider chooses an epoch, and each panel's boundary and numbers follow
(() => {
  const figure = document.getElementById("film");
  if (!figure) return;
  const { epochs, runs, words } = JSON.parse(figure.querySelector("script").textContent);
  const button = figure.querySelector("button");
  const slider = figure.querySelector("input");
  const output = figure.querySelector("output");
  const status = figure.querySelector(".status");
  const boundaries = figure.querySelectorAll(".boundary");
  const numbers = figure.querySelectorAll(".numbers");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let timer = null;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const numbersOf = (run, i) => ({ name: run.name, loss: run.losses[i], accuracy: run.accuracies[i] });

  const show = () => {
    const i = Number(slider.value);
    output.textContent = epochs[i];
    slider.setAttribute("aria-valuetext", fill(words.epoch, { epoch: epochs[i] }));
    runs.forEach((run, k) => {
      boundaries[k].setAttribute("d", run.paths[i]);
      numbers[k].textContent = fill(words.numbers, numbersOf(run, i));
    });
  };

  // Said when the figure stands still: a screen reader can't follow every frame
  const say = () => {
    const i = Number(slider.value);
    const runsSaid = runs.map((run) => fill(words.named, numbersOf(run, i))).join("; ");
    status.textContent = fill(words.said, { epoch: epochs[i], runs: runsSaid });
  };

  const name = () => {
    button.textContent = calm.matches ? words.next : timer ? words.pause : words.play;
  };

  const stop = () => {
    clearInterval(timer);
    timer = null;
    name();
    say();
  };

  const step = () => {
    slider.value = slider.value === slider.max ? 0 : Number(slider.value) + 1;
    show();
    if (slider.value === slider.max && timer) stop();
  };

  button.addEventListener("click", () => {
    if (timer) return stop();
    if (calm.matches) {
      step();
      return say();
    }
    timer = setInterval(step, 180);
    return name();
  });
  slider.addEventListener("input", () => {
    if (timer) stop();
    show();
  });
  slider.addEventListener("change", say);
  calm.addEventListener("change", () => (timer ? stop() : name()));
  name();
  show();
  figure.querySelector(".controls").hidden = false;
})();
