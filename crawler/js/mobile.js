// What the phone pass gathers for specification mft/1; thresholds belong to the judge. Tap targets are
// found in the way of Lighthouse 11.7.1's tap-targets gatherer, in our own words.
eindekss.mobile = ({ screenWidth, smallFont, maxSmall, maxWide, maxTargets }) => {
  const { all, attribute, cut, fold, json, parent, rect, selector, snippet } = eindekss.elements;
  const { found, roots } = all();
  const scroller = document.scrollingElement || document.documentElement;
  const round = (number) => Math.round(number * 1000) / 1000;

  // --- elements with small text: examples for the report, the sums come from Chromium's layout ---
  const range = document.createRange();
  const sizes = new Map();
  const sizeOf = (element) => {
    let size = sizes.get(element);
    if (size === undefined) {
      const style = getComputedStyle(element);
      size = style.visibility === "visible" ? parseFloat(style.fontSize) : Infinity;
      sizes.set(element, size);
    }
    return size;
  };
  const small = new Map();
  for (const root of [document, ...roots]) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement || node.parentNode.host;
      if (!element || !/\S/.test(node.data) || sizeOf(element) >= smallFont) continue;
      range.selectNodeContents(node);
      if (range.getClientRects().length === 0) continue;
      small.set(element, (small.get(element) || 0) + Array.from(fold(node.data)).length);
    }
  }
  const smallest = Array.from(small).sort((a, b) => b[1] - a[1]).slice(0, maxSmall);

  // --- tap targets ---
  const roles = ["button", "checkbox", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "option",
    "scrollbar", "slider", "spinbutton"];
  const tappable = ["button", "a", "input", "textarea", "select", "option", ...roles.map((role) => `[role=${role}]`)]
    .join(",");
  const textLength = new Map();
  const lengthOf = (element) => {
    let length = textLength.get(element);
    if (length === undefined) {
      length = (element.textContent || "").length;
      textLength.set(element, length);
    }
    return length;
  };
  // Whether an inline element stands in running text.
  const inText = (element) => {
    const display = getComputedStyle(element).display;
    if (display !== "inline" && display !== "inline-block") return false;
    const up = element.parentElement;
    if (!up) return false;
    if (lengthOf(up) - lengthOf(element) >= 5) {
      for (const near of up.childNodes) {
        if (near.nodeType === 3 && /\S/.test(near.data)) return true;
      }
    }
    return inText(up);
  };
  const boxesOf = (element, boxes = []) => {
    for (const box of element.getClientRects()) boxes.push(box);
    for (const child of element.children) boxesOf(child, boxes);
    return boxes;
  };
  scrollTo(0, 0);
  const targets = [];
  for (const element of found) {
    if (!element.matches(tappable)) continue;
    if (element.parentElement && element.parentElement.closest(tappable)) continue;
    if (!(element.offsetWidth || element.offsetHeight || element.getClientRects().length)) continue;
    if (inText(element)) continue;
    const boxes = boxesOf(element).filter((box) => box.width !== 0 && box.height !== 0);
    if (boxes.length) targets.push({ element, boxes, kept: new Set() });
  }
  // Fixed and sticky bars move with the scroll position: they must not shadow what lies below them.
  const lifted = [];
  for (const element of found) {
    const position = getComputedStyle(element).position;
    if ((position === "fixed" || position === "sticky") && element.style) {
      lifted.push([element, element.style.getPropertyValue("pointer-events"),
        element.style.getPropertyPriority("pointer-events"), element.hasAttribute("style")]);
    }
  }
  for (const [element] of lifted) element.style.setProperty("pointer-events", "none", "important");
  const tests = [];
  for (const target of targets) {
    for (const box of target.boxes) {
      const x = box.left + box.width / 2, y = box.top + box.height / 2;
      tests.push({ target, box, x, y, screen: Math.floor(y / innerHeight) * innerHeight });
    }
  }
  tests.sort((a, b) => a.screen - b.screen); // scroll down once
  for (const test of tests) {
    if (scroller && Math.abs(scrollY - test.screen) > 0.5) scrollTo({ top: test.screen, left: 0, behavior: "instant" });
    const top = test.target.element.getRootNode().elementFromPoint(test.x, test.y - scrollY);
    if (top && (top === test.target.element || test.target.element.contains(top))) test.target.kept.add(test.box);
  }
  for (const [element, value, priority, styled] of lifted) {
    if (value) element.style.setProperty("pointer-events", value, priority);
    else element.style.removeProperty("pointer-events");
    if (!styled && element.getAttribute("style") === "") element.removeAttribute("style");
  }
  scrollTo({ top: 0, left: 0, behavior: "instant" });
  const plain = (box) => ({ x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height) });
  const hit = targets.filter((target) => target.kept.size).slice(0, maxTargets);

  // --- wide content ---
  const clipping = new Map();
  const clipped = (element) => {
    const up = parent(element);
    if (!up || up === document.documentElement || up === document.body) return false;
    const known = clipping.get(up);
    if (known !== undefined) return known;
    const answer = getComputedStyle(up).overflowX !== "visible" || clipped(up);
    clipping.set(up, answer);
    return answer;
  };
  let wide = [];
  if (scroller && scroller.scrollWidth > screenWidth) {
    for (const element of found) {
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.height > 0 && box.right > screenWidth + 1 && !clipped(element)) {
        wide.push({ element, right: box.right });
      }
    }
    wide = wide.sort((a, b) => b.right - a.right).slice(0, maxWide);
  }

  // --- plug-ins, viewport, style sheets ---
  const sourceOf = (element) => {
    for (const name of ["src", "data", "code"]) if (attribute(element, name)) return attribute(element, name);
    for (const param of element.querySelectorAll("param")) {
      if (/^(movie|code|source|src)$/i.test(attribute(param, "name"))) return attribute(param, "value");
    }
    return "";
  };
  const plugins = found.filter((element) => ["applet", "embed", "object"].includes(element.localName));
  const viewports = Array.from(document.querySelectorAll("meta[name]"))
    .filter((meta) => attribute(meta, "name").trim().toLowerCase() === "viewport")
    .map((meta) => cut(attribute(meta, "content"), 300));
  const sheets = found.filter((element) => element.localName === "link" && /\bstylesheet\b/i.test(attribute(element, "rel")));
  const resources = [];
  for (const entry of performance.getEntriesByType("resource")) {
    if (entry.responseStatus >= 400) resources.push([cut(entry.name, 2000), entry.initiatorType, entry.responseStatus]);
  }

  return json({
    layout_width: document.documentElement ? document.documentElement.clientWidth : 0,
    inner_width: innerWidth, scale: visualViewport ? visualViewport.scale : 1,
    viewports,
    small_text: smallest.map(([element, length]) => ({
      selector: selector(element), snippet: snippet(element), font_px: sizeOf(element), length,
      rect: rect(element) || plain(element.getBoundingClientRect()),
    })),
    targets: hit.map(({ element, boxes, kept }) => ({
      selector: selector(element), snippet: snippet(element),
      href: element.localName === "a" ? cut(String(element.href), 2000) : "",
      rects: boxes.filter((box) => kept.has(box)).map(plain),
    })),
    wide: wide.map(({ element }) => ({
      selector: selector(element), snippet: snippet(element), rect: rect(element) || plain(element.getBoundingClientRect()),
    })),
    plugins: plugins.map((element) => ({
      selector: selector(element), snippet: snippet(element), tag: element.localName,
      type: attribute(element, "type"), source: cut(sourceOf(element), 2000), rect: rect(element) || null,
    })),
    text_length: Array.from(fold(document.documentElement?.innerText || "")).length,
    sheets: sheets.map((element) => String(element.href)),
    resources,
  });
};
