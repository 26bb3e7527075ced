// The page's texts in its language, and numbers as it writes them
const words = JSON.parse(document.getElementById("texts").textContent);

export const language = document.documentElement.dataset.language;

// A text by its name, with values for the names in braces
export const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

// What a name of npnet's is called, such as that of a data set; names of classes stay as they are
export const called = (name) => words.names[name] ?? name;

// Three significant digits, or so many, with a true minus sign
export const number = (value, digits = 3) => {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(1).replace(".0", "") : String(Number(value.toPrecision(digits)));
  return text.replaceAll("-", "−");
};

export const percent = (share) => (share === null || share === undefined ? "–" : `${(100 * share).toFixed(1)} %`);
