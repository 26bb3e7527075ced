// What a reader may do, at random: arguments are how often, and from which seed. Calls back with what went wrong
const [count, seed, done] = arguments;
let bits = seed;
// mulberry32: the same numbers in every browser
const random = () => {
  bits = (bits + 0x6d2b79f5) | 0;
  let t = Math.imul(bits ^ (bits >>> 15), 1 | bits);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const any = (list) => list[Math.floor(random() * list.length)];
const tell = (element, name) => element.dispatchEvent(new Event(name, { bubbles: true }));
const faults = [];
const note = (event) => faults.push(String(event.message ?? event.reason));
window.addEventListener("error", note);
window.addEventListener("unhandledrejection", note);

const kinds = {
  button: (element) => element.click(),
  select: (element) => {
    element.value = any([...element.options]).value;
    tell(element, "change");
  },
  range: (element) => {
    element.value = Math.floor(random() * (Number(element.max) + 1));
    tell(element, "input");
  },
  number: (element) => {
    element.value = any([-1, 0, 1, 2, 5, 1e12, "", 0.5]);
    tell(element, "change");
  },
  canvas: (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const place = { clientX: left + random() * width, clientY: top + random() * height, bubbles: true };
    element.dispatchEvent(new PointerEvent("pointermove", place));
    element.dispatchEvent(new MouseEvent("click", { ...place, shiftKey: random() < 0.3 }));
    const key = any(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter", "Delete"]);
    element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  },
};
const act = (element) => {
  const kind = element.tagName === "INPUT" ? element.type : element.tagName.toLowerCase();
  (kinds[kind] ?? kinds.button)(element);
};
// Files would fill a folder
const files = ["svg", "png", "model", "copy-link", "save-script", "copy-script"];
const step = (left) => {
  if (!left || faults.length) return done(faults);
  const all = [...document.querySelectorAll("button, select, input, canvas")]
    .filter((element) => !element.disabled && !files.includes(element.id) && !element.closest("[hidden]"));
  try {
    act(any(all));
  } catch (error) {
    faults.push(String(error));
  }
  // Mostly faster than frames are drawn, but not so much faster that the server is left behind
  const next = () => step(left - 1);
  return left % 8 ? setTimeout(next) : requestAnimationFrame(next);
};
step(count);
