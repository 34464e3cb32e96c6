// What a search answered; returns JSON in the shape of crawler/search_probe.py.
eindekss.answer = ({ maxText, maxLinks }) => {
  const { all, attribute, cut, fold, json, visible } = eindekss.elements;
  const links = [];
  for (const element of all().found) {
    if (links.length >= maxLinks) break;
    if (element.localName !== "a" || !element.hasAttribute("href") || !visible(element)) continue;
    let address = attribute(element, "href");
    try { address = new URL(address, document.baseURI).href; } catch { /* kept as written */ }
    links.push([cut(address, 2000), cut(fold(element.innerText || ""), 200)]);
  }
  const { roots } = all();
  const texts = [document.body?.innerText || ""];
  for (const root of roots) for (const child of root.children) texts.push(child.innerText || "");
  return json({
    url: location.href, title: cut(fold(document.title), 1000), text: cut(fold(texts.join(" ")), maxText), links,
  });
};
eindekss.search = {
  // Some openers make the form only when clicked.
  open(opener, fieldPath) {
    const { find } = eindekss.elements;
    if (!find(fieldPath)?.checkVisibility()) find(opener)?.click();
  },
  // Puts the focus into the field; "", "post", or why not.
  focus(formPath, fieldPath) {
    const { find, attribute } = eindekss.elements;
    const form = formPath ? find(formPath) : null;
    if (form && form.localName === "form" && attribute(form, "method").trim().toLowerCase() === "post") return "post";
    const field = find(fieldPath);
    if (!field) return "the field is gone";
    field.focus();
    field.select?.();
    return field.getRootNode().activeElement === field ? "" : "the field can't be focused";
  },
  // For forms that Enter does not send: their button.
  press(formPath) {
    const form = formPath ? eindekss.elements.find(formPath) : null;
    const button = form && form.querySelector("[type=submit], [type=image], button:not([type])");
    if (button) button.click();
    return Boolean(button);
  },
};
