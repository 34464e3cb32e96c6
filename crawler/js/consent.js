// Finds a consent banner and what its controls are called; it clicks nothing. Runs on the gatherers of elements.js.
eindekss.consent = (() => {
  const { all, attribute, cut, fold, find, json, parent, selector, visible } = eindekss.elements;
  const MOST = 30;
  const PRESSED = new Set(["BUTTON", "A", "INPUT", "SUMMARY"]);

  const within = (element, outer) => {
    for (let one = element; one; one = parent(one)) if (one === outer) return true;
    return false;
  };
  const textOf = (element) => {
    const texts = [element.innerText || ""];
    if (element.shadowRoot) for (const one of element.shadowRoot.children) texts.push(one.innerText || "");
    return fold(texts.join(" "));
  };
  const nameOf = (element) =>
    fold(element.innerText || "") || fold(attribute(element, "aria-label")) || fold(attribute(element, "value")) ||
    fold(attribute(element, "title"));
  const isPressed = (element) =>
    (PRESSED.has(element.tagName) &&
      (element.tagName !== "INPUT" || /^(button|submit)$/i.test(attribute(element, "type")))) ||
    attribute(element, "role") === "button";
  // What would lead elsewhere or send a form is told, and never clicked.
  const blocked = (element) => {
    if (element.disabled || attribute(element, "aria-disabled") === "true") return "it is disabled";
    if (element.tagName === "A") {
      const href = attribute(element, "href");
      if (href && !href.startsWith("#") && !/^javascript:/i.test(href)) return "it is a link to another page";
    }
    const form = element.form;
    const submits = element.tagName === "INPUT" || (attribute(element, "type") || "submit") === "submit";
    if (form && element.tagName !== "A" && submits && /^post$/i.test(attribute(form, "method"))) return "it would send a form by POST";
    return "";
  };
  const controlsOf = (banner, found) =>
    found
      .filter((one) => isPressed(one) && within(one, banner) && visible(one) && nameOf(one))
      .slice(0, MOST)
      .map((one) => ({ name: cut(nameOf(one), 80), selector: selector(one), blocked: blocked(one) }));
  const overlays = (element) => {
    const role = attribute(element, "role");
    if (role === "dialog" || role === "alertdialog" || element.tagName === "DIALOG") return true;
    const position = getComputedStyle(element).position;
    return position === "fixed" || position === "sticky";
  };

  // Known tools by their hooks, then overlays: {vendor, selector, text, controls, reject, accept} each.
  const banners = (vendors) => {
    const { found } = all();
    const seen = [];
    const add = (element, vendor, hooks) => {
      if (seen.some((one) => within(element, one.element) || within(one.element, element))) return;
      const area = element.getBoundingClientRect();
      const controls = controlsOf(element, found);
      if (!controls.length || (!vendor && !visible(element) && area.width * area.height > 0)) return;
      const hooked = (names) => {
        const one = names && found.find((each) => each.matches(names) && within(each, element) && visible(each));
        return one ? selector(one) : "";
      };
      seen.push({
        element, vendor, selector: selector(element), text: cut(textOf(element), 2000), controls,
        reject: hooked(hooks.reject), accept: hooked(hooks.accept),
      });
    };
    for (const one of vendors) {
      const element = found.find((each) => each.matches(one.banner));
      if (element) add(element, one.name, one);
    }
    for (const element of found) if (overlays(element)) add(element, "", {});
    return json(seen.map(({ element, ...rest }) => rest));
  };

  // What says that there is a banner which `banners` cannot see: the frame that a platform of the IAB's TCF 2 puts
  // into each page (its CMP API, "__tcfapiLocator"), and a frame laid over the page that calls itself a banner.
  let kept = null;
  const frame = () => kept;
  const around = (words) => {
    const { found } = all();
    const laidOver = (element) => {
      for (let one = element; one; one = parent(one)) if (overlays(one)) return true;
      return false;
    };
    const said = (element) =>
      ["title", "aria-label", "name", "id", "src"].map((name) => attribute(element, name)).join(" ").toLowerCase();
    const frames = found.filter((one) => one.tagName === "IFRAME");
    const framed = frames.find(
      (one) => words.some((word) => said(one).includes(word)) && visible(one) && laidOver(one)
    );
    kept = framed || null;
    return json({
      tcf: frames.some((one) => attribute(one, "name") === "__tcfapiLocator"),
      framed: framed ? selector(framed) : "",
    });
  };

  // In a frame that is a banner: all of its document.
  const whole = () => {
    const { found } = all();
    const body = document.body;
    if (!body) return json([]);
    const controls = controlsOf(body, found);
    return json([{ vendor: "", selector: "body", text: cut(textOf(body), 2000), controls, reject: "", accept: "" }]);
  };
  // Where a point of the frame's document is on the page, if the frame is what is on top there.
  const through = ({ x, y }) => {
    if (!kept || !kept.isConnected) return json(null);
    const area = kept.getBoundingClientRect();
    const at = { x: area.x + kept.clientLeft + x, y: area.y + kept.clientTop + y };
    let top = document.elementFromPoint(at.x, at.y);
    while (top && top !== kept && top.shadowRoot && top.shadowRoot.elementFromPoint(at.x, at.y) !== top)
      top = top.shadowRoot.elementFromPoint(at.x, at.y);
    return json(top === kept ? at : null);
  };

  // Where to click: the middle of the control, if that is what is on top there; null where it is not.
  const point = (path) => {
    const element = find(path);
    if (!element) return json(null);
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const area = element.getBoundingClientRect();
    const x = area.x + area.width / 2;
    const y = area.y + area.height / 2;
    let top = document.elementFromPoint(x, y);
    while (top && top.shadowRoot && top.shadowRoot.elementFromPoint(x, y) && top.shadowRoot.elementFromPoint(x, y) !== top)
      top = top.shadowRoot.elementFromPoint(x, y);
    return json(top && within(top, element) ? { x, y } : null);
  };

  const shows = (path) => {
    const element = find(path);
    return json(Boolean(element && (visible(element) || all().found.some((one) => isPressed(one) && within(one, element) && visible(one)))));
  };

  return { around, banners, frame, point, shows, through, whole };
})();
