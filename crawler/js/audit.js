// axe-core in one frame, and its results over all frames put together, reduced to what is kept.
//
// axe makes a selector and a snippet for every element of every result, also of passes: half of its time
// on a usual page. Here they are made where a rule failed or needs review, and only there. Elements are
// told by their ancestry path (the one of axe's `ancestry: true`), sent as a table of [parent, step].
eindekss.audit = (() => {
  const types = ["any", "all", "none"];
  let pending = null; // this frame's results, kept here while child frames run

  // Whether an element passes for sure: axe's own aggregateChecks, without its copying.
  const passes = (node) =>
    node.all.every((check) => check.result === true)
    && node.none.every((check) => check.result === false)
    && (node.any.length === 0 || node.any.some((check) => check.result === true));

  // --- the element table ---
  const rows = [], info = new Map(), byElement = new Map(), byPath = new Map();
  // Places among siblings are counted once a parent: thousands of siblings would else take seconds.
  const counted = new WeakSet(), positions = new WeakMap();
  const stepOf = (element, above) => {
    const name = axe.utils.escapeSelector(element.nodeName.toLowerCase());
    if (name === "head" || name === "body" || !above || above.childElementCount <= 1) return name;
    if (!counted.has(above)) {
      counted.add(above);
      let position = 0;
      for (let child = above.firstElementChild; child; child = child.nextElementSibling) {
        positions.set(child, (position += 1));
      }
    }
    return `${name}:nth-child(${positions.get(element) || 1})`;
  };
  const rowOf = (element) => {
    const known = byElement.get(element);
    if (known !== undefined) return known;
    const above = element.parentNode;
    let up = -1, join = "";
    if (element.parentElement) {
      up = rowOf(element.parentElement);
      join = " > ";
    } else if (above && above.nodeType === 11 && above.host) {
      up = rowOf(above.host);
      join = " >>> ";
    }
    rows.push([up, join + stepOf(element, above)]);
    byElement.set(element, rows.length - 1);
    return rows.length - 1;
  };
  const rowOfPath = (path) => {
    const known = byPath.get(path);
    if (known !== undefined) return known;
    rows.push([-1, path]);
    byPath.set(path, rows.length - 1);
    return rows.length - 1;
  };
  const flat = (path) => path.flat(Infinity).join(" >>> ");
  const describe = (row, selector, snippet, rect) => {
    if (!info.has(row)) info.set(row, [flat([selector]), snippet || "", rect]);
  };
  // Where the element stands in this document; null for one of another frame, whose place is not known here.
  const rectOf = (element) => {
    if (!element) return null;
    const box = Element.prototype.getBoundingClientRect.call(element);
    if (!(box.width >= 1 && box.height >= 1)) return null;
    return [box.left + scrollX, box.top + scrollY, box.width, box.height].map(Math.round);
  };

  // --- axe's results, reduced ---
  const detailed = (node) => ({
    selector: node.selector, source: axe.utils.getElementSource(node.element), ancestry: node.ancestry,
  });
  const rowOfNode = (node, wanted) => {
    // From this frame: axe's own DqElement. From others: what `toSpec` made there.
    const element = node.element && node.element.nodeType === 1 && !(node.fromFrame) ? node.element : null;
    const row = element ? rowOf(element) : rowOfPath(flat(node.ancestry));
    if (wanted && !info.has(row)) {
      const detail = element && !node.detailed ? detailed(node) : node;
      describe(row, detail.selector, detail.source, rectOf(element));
    }
    return row;
  };
  const messageOf = (node) => {
    const texts = (type) => node[type].map((check) => check.message).filter(Boolean);
    const must = [...texts("none"), ...texts("all")], either = texts("any");
    const parts = [];
    if (must.length) parts.push(`Fix all of the following: ${must.join("; ")}`);
    if (either.length) parts.push(`Fix any of the following: ${either.join("; ")}`);
    return parts.join(" ").replace(/\s+/g, " ").slice(0, 600);
  };
  const failing = (nodes) =>
    nodes.map((node) => [rowOfNode(node.node, true), node.impact || "", messageOf(node)]);
  const errorOf = (result) => {
    if (!result.error) return "";
    const error = result.error;
    return String((error && (error.message || error.name)) || error).slice(0, 500);
  };
  const reduced = (result, passed) => {
    const error = errorOf(result);
    const violations = result.violations || [], incomplete = result.incomplete || [];
    return {
      id: result.id, tags: result.tags || [], impact: result.impact || "", help: result.help || "",
      help_url: result.helpUrl || "", passed: passed.map((node) => rowOfNode(node.node, false)),
      failed: failing(violations), review: error ? [] : failing(incomplete), error,
    };
  };
  const report = (rules) => {
    const applied = [], inapplicable = [];
    for (const rule of rules) {
      if (rule.passed.length || rule.failed.length || rule.review.length || rule.error) applied.push(rule);
      else inapplicable.push(rule.id);
    }
    return { version: axe.version, rows, info: Array.from(info), rules: applied, inapplicable };
  };
  // A page without frames: passes never leave axe's raw results.
  const finishAlone = (raw, options) =>
    report(axe._audit.after(raw, options).map((result) => {
      const passed = [], rest = [];
      if (!result.error) for (const node of result.nodes) (passes(node) ? passed : rest).push(node);
      const reviewed = { ...result, nodes: result.error ? result.nodes : rest };
      axe.utils.publishMetaData(reviewed);
      axe.utils.finalizeRuleResult(reviewed);
      return reduced(reviewed, passed);
    }));

  // What crosses frames, and goes through axe.finishRun.
  let wanted = new WeakSet();
  const serializer = {
    toSpec(node) {
      const full = wanted.has(node);
      return {
        selector: full ? node.selector : [""], ancestry: node.ancestry, xpath: [""],
        source: full ? axe.utils.getElementSource(node.element) : "",
        nodeIndexes: node.nodeIndexes, fromFrame: true, detailed: true,
      };
    },
    mergeSpecs(node, frame) {
      return {
        ...node,
        selector: [...frame.selector, ...node.selector],
        ancestry: [...frame.ancestry, ...node.ancestry],
        nodeIndexes: [...frame.nodeIndexes, ...node.nodeIndexes],
      };
    },
  };
  const changedAfterwards = (id) => {
    const rule = axe._audit.rules.find((one) => one.id === id);
    return !rule || types.some((type) =>
      rule[type].some((check) => typeof axe._audit.checks[check.id || check]?.after === "function"));
  };
  const mark = (raw) => {
    for (const result of raw) {
      const every = result.error || changedAfterwards(result.id);
      for (const node of result.nodes) if (every || !passes(node)) wanted.add(node.node);
    }
  };

  // axe.runPartial, with its raw results and its frames in our hands.
  const partial = (context, options, onRaw) => {
    const audit = axe._audit;
    const run = audit.run;
    audit.run = function (contextObject, runOptions, resolve, reject) {
      run.call(audit, contextObject, runOptions, (raw) => {
        try { resolve(onRaw(raw, contextObject, runOptions)); } catch (error) { reject(error); }
      }, reject);
    };
    return axe.runPartial(context, options).finally(() => { audit.run = run; });
  };
  let frameElements = [];
  const framesOf = (contextObject) => {
    frameElements = contextObject.frames.map((frame) => frame.node);
    for (const frame of frameElements) wanted.add(new axe.utils.DqElement(frame));
    return contextObject.frames.map(({ node, ...context }) => ({ ...context, initiator: false }));
  };
  // axe waits for the media that play by themselves, ten seconds long if they never come. Where none is
  // on its way there is nothing to wait for, and its rules say the same without.
  const withoutIdleWaiting = (options) => {
    const coming = Array.from(document.querySelectorAll("video[autoplay], audio[autoplay]"))
      .some((media) => media.readyState === 0 && media.networkState !== media.NETWORK_NO_SOURCE);
    return coming ? options : { ...options, preload: false };
  };
  const prepare = () => {
    if (axe._running) throw new Error("axe is already running");
    axe.configure({ noHtml: true });
    axe.utils.nodeSerializer.update(serializer);
  };

  return {
    // The top frame: either the whole report, or the frames that have to run first.
    async start(options) {
      prepare();
      let whole = null, contexts = [];
      const results = await partial(document, withoutIdleWaiting(options), (raw, contextObject, runOptions) => {
        contexts = framesOf(contextObject);
        if (contexts.length === 0) {
          whole = finishAlone(raw, runOptions);
          return [];
        }
        mark(raw);
        return raw;
      });
      if (whole) return eindekss.elements.json({ report: whole });
      pending = results;
      return eindekss.elements.json({ frames: contexts });
    },
    // A child frame: its partial result and its own frames.
    async child(context, options) {
      if (eindekss.elements.neverCame()) throw new Error("the frame's document never came");
      prepare();
      let contexts = [];
      const results = await partial(context, withoutIdleWaiting(options), (raw, contextObject) => {
        contexts = framesOf(contextObject);
        mark(raw);
        return raw;
      });
      return eindekss.elements.json({ partial: results, frames: contexts });
    },
    frame(index) {
      return frameElements[index];
    },
    // The top frame again, with the partial results of all frames, depth first; null where one failed.
    async finish(texts, options) {
      const partials = [pending, ...texts.map((text) => (text ? JSON.parse(text).partial : null))];
      const results = await axe.finishRun(partials, {
        ...options,
        reporter: (finished, _, done) => done(finished),
      });
      return eindekss.elements.json({ report: report(results.map((result) => reduced(result, result.passes || []))) });
    },
  };
})();
