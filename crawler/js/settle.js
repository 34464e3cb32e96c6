// Where the document stands: evaluated as one expression, gives JSON.
(() => {
  const navigation = performance.getEntriesByType("navigation")[0];
  let refresh = null;
  const here = location.href.split("#")[0];
  for (const meta of document.querySelectorAll("meta[http-equiv]")) {
    if (meta.httpEquiv.trim().toLowerCase() !== "refresh") continue;
    const parts = /^\s*(\d*\.?\d*)\s*[;,]?\s*(?:url\s*=\s*)?(.*)$/is.exec(meta.content) || [];
    const target = (parts[2] || "").trim().replace(/^["']|["']$/g, "");
    if (!target) continue; // reloads itself
    try {
      if (new URL(target, document.baseURI).href.split("#")[0] !== here) refresh = Number(parts[1] || 0);
    } catch { /* an address that no browser would follow */ }
  }
  return JSON.stringify({
    url: location.href,
    document: navigation ? navigation.name : location.href,
    status: navigation ? navigation.responseStatus || 0 : 0,
    type: document.contentType,
    refresh,
    body: Boolean(document.body),
  });
})()
