"use strict";
(() => {
  // The keyboard stops at what it can scroll, and only there
  const scrollers = document.querySelectorAll("main .scroll, main pre");
  const mark = () => {
    for (const box of scrollers) {
      const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  mark();
  window.addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true);

  // The page in the other language opens at the same heading
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", () => { link.hash = window.location.hash; });
  }

  // Paper has nothing to unfold
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details:not([open])")];
    for (const details of unfolded) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
  });
})();
