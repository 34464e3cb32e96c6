// The second engine (IBM Equal Access, `ace`) in one document and the same-origin frames that it walks into
// itself, reduced to what is kept. Elements are told by the same ancestry path as in audit.js, so that
// a check can see that both engines mean the same element.
eindekss.second = (() => {
  const INSTANCES = 20; // of one rule, reason and level; `count` says how many there are
  // Takes most of the engine's time (it walks all style sheets for every element), and only ever asks a person.
  const NOT_RUN = ["style_focus_visible"];
  const { cut, fold, selector, snippet, json } = eindekss.elements;
  const walkIn = (frame) => {
    try { return frame.contentDocument; } catch { return null; }
  };
  const ownerOf = (document_) => {
    const view = document_.defaultView;
    return document_ === document || !view ? null : view.frameElement;
  };
  const step = (element, above) => {
    const name = CSS.escape(element.nodeName.toLowerCase());
    if (name === "head" || name === "body" || !above || above.childElementCount <= 1) return name;
    let position = 1;
    for (let one = element.previousElementSibling; one; one = one.previousElementSibling) position += 1;
    return `${name}:nth-child(${position})`;
  };
  const path = (element) => {
    const steps = [];
    let one = element;
    while (one) {
      const above = one.parentNode;
      steps.unshift(step(one, above));
      if (one.parentElement) {
        steps.unshift(" > ");
        one = one.parentElement;
      } else {
        one = above && above.nodeType === 11 && above.host ? above.host : ownerOf(one.ownerDocument);
        if (one) steps.unshift(" >>> ");
      }
    }
    return steps.join("");
  };
  const place = (element) => {
    const owner = ownerOf(element.ownerDocument);
    return (owner ? `${place(owner)} >>> ` : "") + selector(element);
  };
  // A text or attribute stands for its element; the document for its root.
  const elementOf = (node) => {
    if (!node) return document.documentElement;
    if (node.nodeType === 1) return node;
    return node.parentElement || (node.host || document.documentElement);
  };
  const described = (element, message) =>
    [path(element), cut(place(element), 500), snippet(element), cut(fold(message || ""), 300)];

  let frames = [];
  const listFrames = (root) => {
    for (const frame of root.querySelectorAll("iframe, frame")) {
      const inner = walkIn(frame);
      if (inner) listFrames(inner);
      else if (eindekss.elements.visible(frame)) frames.push(frame);
    }
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) listFrames(element.shadowRoot);
  };

  return {
    // What does not pass, by rule, reason and level; and the frames of other origins below.
    async run() {
      if (eindekss.elements.neverCame()) throw new Error("the frame's document never came");
      const checker = new ace.Checker();
      // Its own disableRule switches all rules off (4.0.34).
      checker.rulesetRules.WCAG_2_2 = checker.rulesetRules.WCAG_2_2.filter((id) => !NOT_RUN.includes(id));
      const report = await checker.check(document, ["WCAG_2_2"]);
      const groups = new Map();
      for (const result of report.results) {
        const [policy, confidence] = result.value;
        if (confidence === "PASS" || policy === "INFORMATION") continue;
        const name = `${result.ruleId} ${result.reasonId} ${policy} ${confidence}`;
        let group = groups.get(name);
        if (!group) {
          group = { rule: result.ruleId, reason: String(result.reasonId), policy, confidence, count: 0, instances: [] };
          groups.set(name, group);
        }
        group.count += 1;
        if (group.instances.length < INSTANCES) {
          group.instances.push(described(elementOf(result.node), result.message));
        }
      }
      frames = [];
      listFrames(document);
      const owners = frames.map((frame) => [path(frame), place(frame)]);
      return json({ groups: Array.from(groups.values()), frames: owners });
    },
    frame(index) {
      return frames[index];
    },
  };
})();
