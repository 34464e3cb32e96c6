// How an element is named and whether it shows: shared by the gatherers of desktop and phone pages.
// Runs in an isolated world; a page can neither see nor change it. Forms and documents answer to names of
// their children (`<input name="action">`), so prototypes are asked, not objects.
globalThis.eindekss = globalThis.eindekss || {};
eindekss.elements = (() => {
  const getAttribute = Element.prototype.getAttribute;
  const getRootNode = Node.prototype.getRootNode;
  const parentOf = Object.getOwnPropertyDescriptor(Node.prototype, "parentNode").get;
  const attribute = (element, name) => getAttribute.call(element, name) || "";
  const fold = (text) => text.replace(/\s+/g, " ").trim();
  const cut = (text, length) => {
    if (text.length <= length) return text;
    const last = text.charCodeAt(length - 1); // never half of a surrogate pair
    return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
  };
  const parent = (element) => {
    const up = parentOf.call(element);
    if (!up) return null;
    if (up.nodeType === 1) return up;
    return up.nodeType === 11 && up.host ? up.host : null;
  };

  // Every element of the document and its open shadow roots, in document order.
  const all = () => {
    const found = [];
    const roots = [];
    const walk = (root) => {
      for (const element of root.querySelectorAll("*")) {
        found.push(element);
        if (element.shadowRoot) {
          roots.push(element.shadowRoot);
          walk(element.shadowRoot);
        }
      }
    };
    walk(document);
    return { found, roots };
  };

  // All text that shows, with that of open shadow roots, which innerText leaves out.
  const shownText = (roots) => {
    const texts = [document.documentElement?.innerText || ""];
    for (const root of roots) for (const child of root.children) texts.push(child.innerText || "");
    return fold(texts.join(" "));
  };

  // Whether a box of the page is cut to nothing by this element: the ways of hiding visually.
  const cutting = new Map();
  const cuts = (element) => {
    if (!element) return false;
    const known = cutting.get(element);
    if (known !== undefined) return known;
    let answer = cuts(parent(element));
    if (!answer) {
      const style = getComputedStyle(element);
      const clipped = style.position === "absolute" || style.position === "fixed";
      const rect = clipped && /^rect\(([^)]*)\)$/.exec(style.clip);
      if (rect) {
        const [top, right, bottom, left] = rect[1].split(/[ ,]+/).map(parseFloat);
        answer = right - left <= 1 || bottom - top <= 1;
      }
      answer = answer || /^inset\((50|100)%/.test(style.clipPath) || style.clipPath === "circle(0px)";
      if (!answer && style.overflowX !== "visible") {
        const box = element.getBoundingClientRect();
        answer = style.display !== "inline" && (box.width <= 1 || box.height <= 1);
      }
    }
    cutting.set(element, answer);
    return answer;
  };

  const checks = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: false };
  const onPage = (box) => box.right + scrollX > 0 && box.bottom + scrollY > 0;
  // A box with an area, its own or of something inside it that overflows.
  const box = (element, depth = 3) => {
    const own = element.getBoundingClientRect();
    if (own.width > 1 && own.height > 1) return own;
    if (depth === 0) return null;
    for (const child of element.children) {
      const inner = box(child, depth - 1);
      if (inner) return inner;
    }
    return null;
  };
  const visible = (element) => {
    if (!element.checkVisibility(checks)) return false;
    const area = box(element);
    return Boolean(area && onPage(area) && !cuts(element));
  };
  const rect = (element) => {
    const area = box(element);
    if (!area) return null;
    const round = (number) => Math.round(number * 100) / 100;
    return { x: round(area.x + scrollX), y: round(area.y + scrollY), width: round(area.width), height: round(area.height) };
  };

  // A short selector that is unique in its tree; shadow trees are joined by ` >>> `.
  const ids = new Map();
  const unique = (root, id) => {
    let counts = ids.get(root);
    if (!counts) {
      counts = new Map();
      for (const element of root.querySelectorAll("[id]")) {
        const name = attribute(element, "id");
        counts.set(name, (counts.get(name) || 0) + 1);
      }
      ids.set(root, counts);
    }
    return counts.get(id) === 1;
  };
  const selectors = new Map();
  // Places among siblings of the same name, counted once a parent: [index, how many].
  const places = new Map();
  const step = (element) => {
    const name = CSS.escape(element.localName);
    const above = parentOf.call(element);
    if (!above) return name;
    let counts = places.get(above);
    if (!counts) {
      counts = { index: new Map(), total: new Map() };
      for (let child = above.firstElementChild; child; child = child.nextElementSibling) {
        const index = (counts.total.get(child.localName) || 0) + 1;
        counts.total.set(child.localName, index);
        counts.index.set(child, index);
      }
      places.set(above, counts);
    }
    if (counts.total.get(element.localName) === 1) return name;
    return `${name}:nth-of-type(${counts.index.get(element) || 1})`;
  };
  const selector = (element) => {
    const known = selectors.get(element);
    if (known !== undefined) return known;
    const up = parentOf.call(element);
    const id = attribute(element, "id");
    const root = getRootNode.call(element);
    let answer;
    if (id && id.length < 60 && unique(root, id)) {
      answer = `#${CSS.escape(id)}`;
      if (root.host) answer = `${selector(root.host)} >>> ${answer}`;
    } else if (up && up.nodeType === 1) {
      answer = `${selector(up)} > ${step(element)}`;
    } else if (up && up.nodeType === 11 && up.host) {
      answer = `${selector(up.host)} >>> ${step(element)}`;
    } else {
      answer = step(element);
    }
    selectors.set(element, answer);
    return answer;
  };
  const find = (path) => {
    let root = document;
    let found = null;
    for (const part of path.split(" >>> ")) {
      found = root && root.querySelector(part);
      root = found && found.shadowRoot;
    }
    return found;
  };
  const snippet = (element, length = 300) => {
    const shell = element.cloneNode(false).outerHTML;
    const text = element.childElementCount ? "" : fold(element.textContent || "");
    const end = shell.endsWith(`</${element.localName}>`) ? shell.length - element.localName.length - 3 : shell.length;
    return cut(shell.slice(0, end) + cut(text, 80), length);
  };

  // JSON that any decoder takes: half of a surrogate pair, which JSON.stringify escapes, becomes U+FFFD.
  const json = (value) => {
    const text = JSON.stringify(value);
    return text.includes("\\ud") ? text.replace(/\\ud[89a-f][0-9a-f]{2}/g, "\\ufffd") : text;
  };

  // A frame whose document never came shows the browser's own page, or the egress guard's answer (relay.py):
  // neither is the site's.
  const neverCame = () => location.protocol === "chrome-error:"
    || (document.contentType === "text/plain" && /^eindekss egress guard: /.test(document.body?.textContent || ""));

  return { all, attribute, cut, find, fold, json, neverCame, parent, rect, selector, shownText, snippet, visible };
})();
