"use strict";
(() => {
  // The keyboard stops at what it can scroll, and only there. What is folded away waits until it is unfolded: to measure
  // it, the browser would lay out each of its folds by itself
  const mark = () => {
    const seen = [...document.querySelectorAll("main .scroll, main pre, main p")].filter(
      (box) => !box.closest("details:not([open]) > :not(summary)"));
    // All are measured before one is changed: a size that is asked for after a change has the page laid out again
    const scrolls = seen.map((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight);
    seen.forEach((box, i) => {
      if (scrolls[i]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  };
  mark();
  // Once for all that are unfolded together, as printing does: what holds a fold may scroll then, too
  let due = false;
  const later = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      mark();
    });
  };
  window.addEventListener("resize", later);
  document.addEventListener("toggle", later, true);

  // The page in the other language opens at the same heading
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", () => { link.hash = window.location.hash; });
  }

  // The contents mark the section that is being read: the last one that begins above the middle of the screen. Which one
  // that is can change only when another section comes to the middle
  const contents = document.getElementById("contents");
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const headings = [...document.querySelectorAll("main :is(h2, h3, h4)")].filter((heading) => links.has(heading.id));
  let current = null;
  const follow = () => {
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 2);
    const link = above.length ? links.get(above.at(-1).id) : null;
    if (link === current) return;
    if (current) current.removeAttribute("aria-current");
    current = link;
    if (!link) return;
    link.setAttribute("aria-current", "true");
    // Where the contents stand beside the text, what is marked is kept in sight
    const [inside, outside] = [link.getBoundingClientRect(), contents.getBoundingClientRect()];
    if (contents.scrollHeight > contents.clientHeight && (inside.top < outside.top || inside.bottom > outside.bottom))
      contents.scrollTop += inside.top - outside.top - contents.clientHeight / 2;
  };
  const observer = new IntersectionObserver(follow, { rootMargin: "-50% 0px -50% 0px" });
  for (const section of document.querySelectorAll("main section")) observer.observe(section);

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
