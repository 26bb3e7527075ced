// To take away: the link, the script, pictures, and the model file
import { byId, make } from "./elements.js";
import { pngPicture, svgPicture } from "./picture.js";
import { say } from "./texts.js";
import { bytes } from "./wire.js";

const save = (blob, name) => {
  const href = URL.createObjectURL(blob);
  make("a", { href, download: name }).click();
  // The browser has opened it by then
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
};

const copy = async (text, status) => {
  try {
    await navigator.clipboard.writeText(text);
    status(say("copied"));
  } catch {
    status(say("not copied"), true);
  }
};

// picture: what the pictures show; address: the link; status: says something
export const takeAway = (wire, { picture, address, status }) => {
  byId("copy-link").addEventListener("click", () => copy(address(), status));
  byId("script").addEventListener("click", () => wire.send("script"));
  byId("model").addEventListener("click", () => wire.send("model"));
  byId("svg").addEventListener("click", () => save(svgPicture(picture()), "npnet.svg"));
  byId("png").addEventListener("click", async () => save(await pngPicture(picture()), "npnet.png"));
  const dialog = byId("script-dialog");
  const text = byId("script-text");
  wire.on("script", ({ code }) => {
    // Highlighted, and escaped, by the server
    text.innerHTML = code;
    dialog.showModal();
  });
  byId("copy-script").addEventListener("click", () => copy(text.textContent, status));
  byId("save-script").addEventListener("click", () => save(new Blob([text.textContent], { type: "text/x-python" }), "run.py"));
  byId("close-script").addEventListener("click", () => dialog.close());
  wire.on("model", ({ base64, name }) => save(new Blob([bytes(base64)]), name));
};
