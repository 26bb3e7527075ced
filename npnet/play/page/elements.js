// Elements of the page
export const byId = (id) => document.getElementById(id);

// An element with properties and children, such as make("a", { href }, "text")
export const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

// A disk in the colour of a class
export const dot = (label) => {
  const made = make("span", { className: "dot", ariaHidden: "true" });
  made.style.setProperty("--of", `var(--data-${label})`);
  return made;
};

export const option = (value, text) => make("option", { value }, text);

// Choices of a select that are set anew only where they are others, so that an open list stays open
export const offer = (select, choices) => {
  const key = JSON.stringify(choices);
  if (select.dataset.choices === key) return;
  select.dataset.choices = key;
  select.replaceChildren(...choices.map(([value, text]) => option(value, text)));
};
