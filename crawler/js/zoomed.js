// Text that is cut through where the page is zoomed to 200 % (WCAG 1.4.4; applicability and window of the
// W3C ACT rule 59br37). Only a line of which a part shows and a part does not counts, and a line that
// runs out of a box which forbids wrapping: what is hidden as a whole may be hidden on purpose.
eindekss.zoomed = (() => {
  const MOST = 20, LEAST = 0.2; // places; share of a line's height that must show, and that must be cut
  const { cut, fold, selector, snippet, visible, json } = eindekss.elements;
  const hides = (value) => value === "hidden" || value === "clip";
  const scrolls = (value) => value === "auto" || value === "scroll";
  const inner = (element) => {
    const box = element.getBoundingClientRect();
    return {
      top: box.top + element.clientTop, bottom: box.top + element.clientTop + element.clientHeight,
      right: box.left + element.clientLeft + element.clientWidth, width: element.clientWidth,
    };
  };
  // The nearest ancestor that cuts vertically, unless one that scrolls or leaves the flow comes first.
  const cutter = (element) => {
    for (let one = element; one && one !== document.body && one !== document.documentElement; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (scrolls(style.overflowY)) return null;
      if (hides(style.overflowY) && style.display !== "inline") return one;
      if (style.position === "absolute" || style.position === "fixed") return null;
    }
    return null;
  };
  // A box that a control beside it opens is no loss.
  const opens = (box) => {
    const around = box.parentElement || box;
    return Boolean(around.querySelector("button, summary, [aria-expanded], [role=button], input[type=checkbox]"));
  };
  const cutThrough = (line, box) => {
    const showing = Math.min(line.bottom, box.bottom) - Math.max(line.top, box.top);
    const share = showing / line.height;
    return share >= LEAST && share <= 1 - LEAST;
  };
  const runsOut = (element, lines) => {
    const style = getComputedStyle(element);
    if (!hides(style.overflowX) || style.textOverflow !== "clip" || !/^(nowrap|pre)$/.test(style.whiteSpace)) return false;
    const box = inner(element);
    return box.width > 2 && lines.some((line) => line.left < box.right - 2 && line.right > box.right + 4);
  };
  const found = () => {
    const seen = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node && seen.size < MOST; node = walker.nextNode()) {
      const text = fold(node.data), element = node.parentElement;
      if (!text || !element || seen.has(element) || /^(script|style|noscript|option|textarea)$/i.test(element.localName)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = Array.from(range.getClientRects()).filter((line) => line.height > 4 && line.width > 1);
      if (lines.length === 0 || !visible(element) || element.closest("marquee")) continue;
      const box = cutter(element);
      let how = "";
      if (box && box.clientHeight > 2 && lines.some((line) => cutThrough(line, inner(box)))) how = "height";
      else if (runsOut(element, lines)) how = "width";
      if (!how || (box && opens(box))) continue;
      seen.set(element, { selector: cut(selector(element), 500), snippet: snippet(element), text: cut(text, 200), how });
    }
    return Array.from(seen.values());
  };
  return {
    // The next two frames have the new layout.
    look: () => new Promise((resolve) => {
      const ready = () => resolve(json(found()));
      requestAnimationFrame(() => requestAnimationFrame(ready));
      setTimeout(ready, 500);
    }),
  };
})();
