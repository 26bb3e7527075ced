// Returns what is set wrong in the page's formulas, as [check, formula, what was found].
const PAIRS = {"(": ")", "[": "]", "{": "}"};
const FUNCTION = /^(ln|log|exp|tanh|sin|cos|max|min)$/;
const NOTHING = /^[\s\u2061-\u2064\u200b]*$/;

const text = (element) => element.textContent.trim();
const box = (element) => element.getBoundingClientRect();
const em = (element) => parseFloat(getComputedStyle(element).fontSize);
const inEm = (element, length) => length / em(element);
const shown = (number) => number.toFixed(2);
// An element's own box has its spaces too
const ink = (leaf) => {
  const range = document.createRange();
  range.selectNodeContents(leaf);
  return range.getBoundingClientRect();
};
const leaves = (math) =>
  [...math.querySelectorAll("mi, mo, mn, mtext")].filter((leaf) => !NOTHING.test(leaf.textContent));
// Exponents, indices and limits stick out of brackets
const isScript = (leaf, math) => {
  for (let part = leaf; part !== math; part = part.parentElement)
    if (part.parentElement.matches("msub, msup, msubsup, munder, mover, munderover") && part.previousElementSibling) return true;
  return false;
};

// Pairs of brackets, from the inside
function* pairs(math) {
  const open = [];
  for (const mo of math.querySelectorAll("mo")) {
    if (text(mo) in PAIRS) open.push(mo);
    else if (open.length && PAIRS[text(open.at(-1))] === text(mo)) yield [open.pop(), mo];
  }
}

const CHECKS = {
  // A converter passes on what it does not know
  *command(math) {
    for (const leaf of math.querySelectorAll("mi, mo, mn, merror"))
      if (leaf.tagName === "merror" || /[\\&$]/.test(leaf.textContent)) yield leaf.textContent;
  },

  // The two of a pair are of one size, and about as high as what they hold, which begins right behind the first
  *bracket(math) {
    const all = leaves(math);
    for (const pair of pairs(math)) {
      const [first, second] = pair.map(box);
      const apart = Math.max(Math.abs(first.top - second.top), Math.abs(first.bottom - second.bottom));
      const pairText = pair.map(text).join(" ");
      if (inEm(pair[0], apart) > 0.06) yield `${pairText} differ by ${apart.toFixed(1)} pixels`;
      const held = all.slice(all.indexOf(pair[0]) + 1, all.indexOf(pair[1])).filter((leaf) => !isScript(leaf, math));
      const inside = held.map(box);
      const height = Math.max(...inside.map((part) => part.bottom)) - Math.min(...inside.map((part) => part.top));
      if (height > 1.3 * first.height) yield `${pairText} of ${first.height.toFixed(1)} pixels hold ${height.toFixed(1)}`;
      const next = all[all.indexOf(pair[0]) + 1];
      const gap = inEm(pair[0], ink(next).left - first.right);
      // A fraction's numerator stands in its middle, as a sum over its limit
      if (gap > 0.12 && !next.closest("mfrac, munder, munderover")) yield `${shown(gap)} em behind ${text(pair[0])}`;
    }
  },

  *size(math) {
    for (const mo of math.querySelectorAll("mo[minsize]")) {
      const given = mo.getAttribute("minsize");
      const least = parseFloat(given) / (given.endsWith("%") ? 100 : 1);
      const height = inEm(mo, box(mo).height);
      if (height < 0.93 * least) yield `${text(mo)} has ${shown(height)} em, not ${given}`;
    }
  },

  // A function's name stands apart from its argument and from a factor before it, but not from a plain bracket
  *space(math) {
    const all = leaves(math);
    for (const [i, leaf] of all.entries()) {
      if (!FUNCTION.test(text(leaf)) || leaf.parentElement.closest("msub, msup, msubsup, munder, mover")) continue;
      const [last, next] = [all[i - 1], all[i + 1]];
      if (next) {
        const gap = inEm(leaf, ink(next).left - ink(leaf).right);
        if (text(next) in PAIRS ? gap > 0.12 : gap < 0.12)
          yield `${shown(gap)} em between ${text(leaf)} and ${text(next)}`;
      }
      if (last?.matches("mi, mn")) {
        const gap = inEm(leaf, ink(leaf).left - ink(last).right);
        if (gap > -0.2 && gap < 0.12) yield `${shown(gap)} em between ${text(last)} and ${text(leaf)}`;
      }
    }
  },

  // A font without a table of mathematics has no large sums
  *sum(math) {
    if (math.getAttribute("display") !== "block") return;
    for (const mo of math.querySelectorAll("munder > mo, munderover > mo, mrow > mo, math > mo")) {
      if (!/^[∑∏]$/.test(text(mo)) || mo.closest("mstyle, [displaystyle=false], mfrac, msqrt, msub, msup")) continue;
      const height = inEm(mo, box(mo).height);
      if (height < 1.25) yield `${text(mo)} has ${shown(height)} em`;
    }
  },

  // Chromium keeps room for an operator's widest variant
  *room(math) {
    for (const root of math.querySelectorAll("msqrt")) {
      const spare = inEm(root, box(root).right - Math.max(...[...root.children].map((child) => box(child).right)));
      if (spare > 0.15) yield `${shown(spare)} em behind a root`;
    }
    for (const mo of math.querySelectorAll("mo"))
      if (text(mo) === "/" && inEm(mo, box(mo).width) > 0.8) yield `a slash of ${shown(inEm(mo, box(mo).width))} em`;
  },

  // Two letters of one name
  *name(math) {
    const all = leaves(math);
    for (const [i, leaf] of all.entries())
      if (text(leaf) === "l" && all[i + 1] && text(all[i + 1]) === "r") yield "l times r";
  },

  // Every part lies inside of what clips it; what scrolls sideways may be longer
  *cut(math) {
    const parts = [math, ...math.querySelectorAll("*")].map(box).filter((part) => part.height);
    if (!parts.length) yield "not shown";
    const top = Math.min(...parts.map((part) => part.top));
    const bottom = Math.max(...parts.map((part) => part.bottom));
    for (let around = math.parentElement; around && parts.length; around = around.parentElement) {
      if (!/hidden|clip/.test(getComputedStyle(around).overflowY)) continue;
      const outer = box(around);
      if (top < outer.top - 0.5 || bottom > outer.bottom + 0.5)
        yield `${(outer.top - top).toFixed(1)} pixels above, ${(bottom - outer.bottom).toFixed(1)} below`;
    }
  },
};

const faults = [];
for (const math of document.querySelectorAll("math"))
  for (const [check, find] of Object.entries(CHECKS))
    for (const found of find(math)) faults.push([check, math.textContent.replace(/\s+/g, " ").slice(0, 60), found]);
return faults;
