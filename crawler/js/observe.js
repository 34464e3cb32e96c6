// What the desktop pass keeps of the rendered document; returns JSON in the shape of crawler/observe.py.
eindekss.observe = ({ maxHtml, maxText, maxItems, maxBoxes }) => {
  const { all, attribute, cut, fold, json, parent, rect, selector, shownText, visible } = eindekss.elements;
  const { found, roots } = all();

  const tagPlaces = { main: "main", nav: "nav", aside: "aside", search: "search", header: "header", footer: "footer" };
  const rolePlaces = {
    main: "main", navigation: "nav", menubar: "nav", complementary: "aside", search: "search",
    banner: "header", contentinfo: "footer",
  };
  // Pages older than HTML's landmarks name their parts by id or class.
  const words = {
    header: "header", masthead: "header", topbar: "header", footer: "footer", colophon: "footer",
    nav: "nav", navbar: "nav", navigation: "nav", menu: "nav", sidebar: "aside",
  };
  const named = (element) => {
    if (element.localName !== "div" && element.localName !== "ul" && element.localName !== "td") return "";
    const tokens = `${attribute(element, "id")} ${attribute(element, "class")}`.toLowerCase();
    for (const token of tokens.split(/\s+/)) {
      const word = words[token.replace(/^(site|page|main|top|global)[-_]?|[-_]?(wrapper|container|area|main)$/g, "")];
      if (word) return word;
    }
    return "";
  };
  const places = new Map();
  const place = (element) => {
    if (!element) return "body";
    const known = places.get(element);
    if (known) return known;
    const role = attribute(element, "role").toLowerCase();
    let answer = rolePlaces[role] || (role ? "" : tagPlaces[element.localName]) || named(element);
    if ((answer === "header" || answer === "footer") && !role && element.localName === answer) {
      // A header of an article is no banner.
      if (["article", "section", "main", "aside"].includes(sectionOf(parent(element)))) answer = "";
    }
    answer = answer || place(parent(element));
    places.set(element, answer);
    return answer;
  };
  const sectionOf = (element) => {
    for (let up = element; up; up = parent(up)) {
      if (["article", "section", "main", "aside"].includes(up.localName)) return up.localName;
    }
    return "";
  };

  const textOf = (element, length) => cut(fold(element.innerText || ""), length);
  const referred = (element) => {
    const root = element.getRootNode();
    const names = attribute(element, "aria-labelledby").split(/\s+/).filter(Boolean);
    return fold(names.map((id) => root.getElementById?.(id)?.textContent || "").join(" "));
  };
  const alternatives = (element) => {
    const parts = [];
    for (const inner of element.querySelectorAll("img[alt], input[type=image][alt], svg, [aria-label]")) {
      parts.push(inner.localName === "svg"
        ? attribute(inner, "aria-label") || inner.querySelector("title")?.textContent || ""
        : attribute(inner, "alt") || attribute(inner, "aria-label"));
    }
    return fold(parts.join(" "));
  };
  const nameOf = (element) =>
    cut(referred(element) || fold(attribute(element, "aria-label")) || alternatives(element)
      || fold(attribute(element, "title")), 200);
  const address = (text) => {
    try { return new URL(text, document.baseURI).href; } catch { return text; }
  };
  const attributes = (element, names) =>
    cut(fold(names.map((name) => attribute(element, name)).join(" ")), 300);

  const link = (element) => {
    const shown = visible(element);
    return {
      href: cut(address(attribute(element, "href") || element.getAttributeNS("http://www.w3.org/1999/xlink", "href") || ""), 2000),
      text: shown ? textOf(element, 200) : cut(fold(element.textContent || ""), 200),
      name: nameOf(element), place: place(element), visible: shown, selector: selector(element),
      rel: attribute(element, "rel"), hreflang: attribute(element, "hreflang"), rect: shown ? rect(element) : null,
    };
  };

  const fieldTypes = (element) =>
    element.localName === "input" || element.localName === "button"
      ? String(element.type) : element.localName === "select" ? String(element.type) : "";
  const labelOf = (element) => {
    const labels = Array.from(element.labels || []).map((label) => label.textContent || "").join(" ");
    return cut(referred(element) || fold(attribute(element, "aria-label")) || fold(labels)
      || (element.localName === "button" ? fold(element.textContent || "") || alternatives(element) : "")
      || fold(attribute(element, "title")) || fold(attribute(element, "placeholder"))
      || fold(attribute(element, "alt")), 200);
  };
  const kept = new Set(["hidden", "submit", "button", "image", "radio", "checkbox"]);
  const valueOf = (element, type) => {
    if (element.localName === "select") {
      const chosen = Array.from(element.options).find((option) => option.defaultSelected) || element.options[0];
      return chosen ? chosen.value : "";
    }
    if (!kept.has(type)) return "";
    // A box that is not ticked sends nothing.
    if ((type === "radio" || type === "checkbox") && !element.defaultChecked) return "";
    return attribute(element, "value");
  };
  const field = (element) => {
    const type = fieldTypes(element);
    return {
      tag: element.localName, type, name: attribute(element, "name"), id: attribute(element, "id"),
      label: labelOf(element), placeholder: attribute(element, "placeholder"),
      value: cut(valueOf(element, type), 500), visible: visible(element), selector: selector(element),
    };
  };
  const heading = (element) => {
    for (let up = element, depth = 0; up && depth < 4; up = parent(up), depth += 1) {
      const near = up.querySelector?.("h1, h2, h3, h4, h5, h6");
      if (near) return fold(near.textContent || "");
    }
    return "";
  };
  const fieldset = "input, select, textarea, button";
  const form = (element, fields, isForm) => ({
    action: cut(isForm ? address(attribute(element, "action") || "") : location.href, 2000),
    method: isForm ? (attribute(element, "method").trim().toLowerCase() || "get") : "get",
    role: attribute(element, "role"),
    name: cut(fold(attribute(element, "aria-label")) || referred(element)
      || fold(element.querySelector("legend")?.textContent || "") || heading(element), 200),
    attributes: attributes(element, ["id", "class"]),
    place: place(element), visible: visible(element) || fields.some((one) => one.visible),
    selector: selector(element), fields, has_form_element: isForm,
    text: textOf(element, 300), rect: rect(element),
  });
  const groupOf = (element) => {
    for (let up = parent(element); up; up = parent(up)) {
      const role = attribute(up, "role").toLowerCase();
      if (rolePlaces[role] || tagPlaces[up.localName] || ["section", "article", "body"].includes(up.localName)) return up;
    }
    return document.documentElement;
  };

  const links = [], forms = new Map(), groups = new Map(), controls = [], frames = [];
  let omitted = 0;
  const put = (list, make) => {
    if (list.length >= maxItems) { omitted += 1; return; }
    try { list.push(make()); } catch { omitted += 1; }
  };
  const ownerOf = Object.fromEntries([HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement, HTMLButtonElement]
    .map((kind) => [kind.name, Object.getOwnPropertyDescriptor(kind.prototype, "form").get]));
  const owner = (element) => (ownerOf[element.constructor.name] ? ownerOf[element.constructor.name].call(element) : null);
  for (const element of found) {
    const name = element.localName;
    const role = attribute(element, "role").toLowerCase();
    if ((name === "a" || name === "area") && (element.hasAttribute("href") || element.hasAttribute("xlink:href"))) {
      put(links, () => link(element));
    } else if (name === "form") {
      if (!forms.has(element)) forms.set(element, []);
    } else if (name === "iframe" || name === "frame") {
      put(frames, () => ({
        url: cut(String(element.src || ""), 2000), title: attribute(element, "title"),
        selector: selector(element), visible: visible(element),
      }));
    }
    if (element instanceof HTMLElement && ["input", "select", "textarea", "button"].includes(name)) {
      const inside = owner(element);
      const lone = !inside && (name === "button" || ["button", "submit", "reset"].includes(element.type));
      if (inside) {
        if (!forms.has(inside)) forms.set(inside, []);
        put(forms.get(inside), () => field(element));
      } else {
        const group = groupOf(element);
        // Buttons alone make no group of fields; beside a field they belong to it.
        if (!groups.has(group)) groups.set(group, { fields: [], real: false });
        put(groups.get(group).fields, () => field(element));
        if (!lone && element.type !== "hidden") groups.get(group).real = true;
      }
    }
    const pressed = name === "button" && element.type !== "submit" && element.type !== "reset";
    if (pressed || name === "summary" || role === "button" || (name === "button" && !owner(element))) {
      put(controls, () => ({
        name: cut(nameOf(element) || textOf(element, 200) || fold(element.textContent || ""), 200), tag: name,
        place: place(element), visible: visible(element), selector: selector(element),
        attributes: attributes(element, ["id", "class", "aria-controls", "data-target", "data-bs-target"]),
        expanded: attribute(element, "aria-expanded"),
      }));
    }
  }
  const formList = [];
  for (const [element, fields] of forms) put(formList, () => form(element, fields, true));
  for (const [element, group] of groups) if (group.real) put(formList, () => form(element, group.fields, false));

  // Where text and fields stand, so that what a check quotes can be shown in the page's picture.
  const boxed = new Set(["img", "iframe", "frame", "form", "input", "select", "textarea", "button", "video", "li",
    "p", "td", "th", "tr", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "time", "footer", "address", "summary"]);
  const holdsText = (element) => {
    for (let node = element.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === 3 && /\S/.test(node.data)) return true;
    }
    return false;
  };
  const boxes = [];
  for (const element of found) {
    if (boxes.length >= maxBoxes) break;
    if (!boxed.has(element.localName) && !holdsText(element)) continue;
    if (!visible(element)) continue;
    const { x, y, width, height } = rect(element);
    boxes.push([selector(element), ...[x, y, width, height].map(Math.round)]);
  }

  const text = shownText(roots);
  const doctype = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "";
  const shell = document.documentElement?.cloneNode(false).outerHTML || "";
  const ending = shell.lastIndexOf("</");
  const inner = document.documentElement?.getHTML({ serializableShadowRoots: true, shadowRoots: roots }) || "";
  const html = `${doctype}${ending < 0 ? shell : shell.slice(0, ending)}${inner}${ending < 0 ? "" : shell.slice(ending)}`;

  const here = location.host;
  const resources = [];
  for (const entry of performance.getEntriesByType("resource")) {
    let url;
    try { url = new URL(entry.name); } catch { continue; }
    const failed = entry.responseStatus >= 400;
    if ((failed || url.host !== here) && url.protocol.startsWith("http")) {
      resources.push([cut(entry.name, 2000), entry.initiatorType, entry.responseStatus || null]);
    }
  }
  return json({
    html: cut(html, maxHtml), html_truncated: html.length > maxHtml,
    title: cut(fold(Object.getOwnPropertyDescriptor(Document.prototype, "title").get.call(document)), 1000),
    lang: document.documentElement ? attribute(document.documentElement, "lang") : "",
    text_length: Array.from(text).length, text: cut(text, maxText), element_count: found.length,
    links, forms: formList, controls, frames, boxes, resources, omitted,
  });
};
