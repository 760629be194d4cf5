// Judges the page it is loaded into, together with axe-core: checking.py asks for it.
globalThis.judging = (() => {
  const CONTRAST = "color-contrast";
  const ENOUGH = 4.5;

  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  // Red, green, blue and how opaque it is, 0 to 255.
  const bytesOf = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const isClear = (style) => style.backgroundColor === "rgba(0, 0, 0, 0)";
  // The colour of the box that an element lies in; null where that is no plain colour, or where
  // the element is placed over something else.
  const behind = (element) => {
    let found = null;
    for (let box = element; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.opacity !== "1") return null;
      if (found) continue;
      if (style.backgroundImage !== "none") return null;
      if (!isClear(style)) found = style.backgroundColor;
      else if (["absolute", "fixed"].includes(style.position)) return null;
    }
    return found;
  };
  // WCAG's formula, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio; 0 where it cannot be told.
  const luminance = ([r, g, b]) => {
    const [red, green, blue] = [r, g, b].map((byte) => byte / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (colour, element) => {
    const back = behind(element);
    const both = back ? [bytesOf(colour), bytesOf(back)] : [];
    if (!back || both.some(([, , , opaque]) => opaque < 255)) return 0;
    const [dark, bright] = both.map(luminance).sort((one, other) => one - other);
    return (bright + 0.05) / (dark + 0.05);
  };
  const isEasyToRead = (element) => contrast(getComputedStyle(element).color, element) >= ENOUGH;

  const linesOf = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return [...range.getClientRects()];
  };
  const textsOf = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);

  // Whether an element paints something at a point of its own: a link that is stretched over its
  // whole card does not.
  const paints = (element, x, y) => {
    const style = getComputedStyle(element);
    return !isClear(style) || style.backgroundImage !== "none" ||
      element.matches("img, svg, svg *, input, select, textarea") ||
      textsOf(element).flatMap(linesOf)
        .some(({ left, right, top, bottom }) => left < x && x < right && top < y && y < bottom);
  };

  // Whether the middle of each of these boxes of an element is what one sees there.
  const areOnTop = (boxes, element) => boxes.filter(({ width }) => width > 2)
    .every(({ left, top, width, height }) => {
      const [x, y] = [left + width / 2, top + height / 2];
      const seen = document.elementsFromPoint(x, y)
        .find((other) => element.contains(other) || other.contains(element) || paints(other, x, y));
      return seen && (element.contains(seen) || seen.contains(element));
    });
  const isOnTop = (element) => areOnTop([...element.getClientRects()], element);

  const drawn = () => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
  });

  // Judges a node that axe-core left undecided, in full view: it may be half under a sticky bar,
  // or cut off by a box that scrolls. Returns the violations that are found then.
  const settle = async (rule, node, options) => {
    const element = document.querySelector(node.target[0]);
    // What lies behind words in a drawing is beyond axe-core; faintDrawings judges them.
    if (rule === CONTRAST && element.closest("svg")) return [];
    element.scrollIntoView({ block: "center", inline: "center" });
    // Words that wrap: each line is a box, and axe-core takes one for what lies behind another.
    node.settled = rule === CONTRAST && isOnTop(element) && isEasyToRead(element);
    if (node.settled) return [];
    const alone = await axe.run(node.target[0], { ...options, runOnly: [rule] });
    node.settled = !alone.incomplete.length;
    return alone.violations;
  };

  const brief = (results) => results.flatMap(({ id, nodes }) => nodes
    .filter((node) => !node.settled)
    .map((node) => ({
      rule: id, where: node.target.join(" "), html: node.html.slice(0, 160),
      why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
    })));

  const openFolds = () => {
    document.querySelectorAll("details.fold").forEach((fold) => { fold.open = true; });
    return drawn();
  };

  // What axe-core finds within, by all rules or as its options say, with every fold open.
  const judge = async (within, chosen) => {
    await openFolds();
    const options = { resultTypes: ["violations", "incomplete"], ...chosen };
    const found = await axe.run(within ?? document, options);
    for (const { id, nodes } of found.incomplete) {
      for (const node of nodes.filter(({ target }) => target.length === 1)) {
        found.violations.push(...await settle(id, node, options));
      }
    }
    scrollTo(0, 0);
    if (!within && !chosen) notJudged();
    return { violations: brief(found.violations), incomplete: brief(found.incomplete) };
  };

  // All that decides about the contrast of an element's words but what lies over or under it.
  const colouring = (node, around) => {
    const { color, fontSize, fontWeight } = getComputedStyle(node);
    return [color, fontSize, fontWeight, surroundings(node, around)].join("|");
  };
  // `around` is a Map of those that are known.
  const surroundings = (box, around) => {
    if (!box) return "";
    if (!around.has(box)) {
      const { position, backgroundColor, backgroundImage, opacity } = getComputedStyle(box);
      // What is placed over something else may have other colours under it each time.
      const place = ["absolute", "fixed"].includes(position) ? around.size : "";
      const own = [place, backgroundColor, backgroundImage, opacity].join("/");
      around.set(box, surroundings(box.parentElement, around) + own.replace("/rgba(0, 0, 0, 0)/none/1", ""));
    }
    return around.get(box);
  };

  // The texts that are shown, as nodes.
  const texts = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (text.data.trim() && text.parentElement.checkVisibility()) found.push(text);
    }
    return found;
  };

  // The colourings whose contrast has been judged: all others of the same have the same.
  const judged = new Set();
  // One element of each that has not, from now on it has.
  const notJudged = () => {
    const around = new Map();
    const fields = document.querySelectorAll("input, select, textarea");
    return [...texts().map((text) => text.parentElement), ...fields].filter((element) => {
      const key = colouring(element, around);
      return !judged.has(key) && judged.add(key);
    });
  };

  // What is hard to read where the layout is judged by other means, or was before.
  const judgeColours = async () => {
    await openFolds();
    // axe-core takes long, and the formula is the same.
    const include = notJudged().filter((element) => !isEasyToRead(element));
    return include.length ? judge({ include }, { runOnly: [CONTRAST] }) : { violations: [], incomplete: [] };
  };

  const judgeAllButContrast = () => judge(null, { rules: { [CONTRAST]: { enabled: false } } });

  // The lines of text that something else lies over, wherever one scrolls to.
  const covered = async () => {
    await openFolds();
    // What is only for the ears is one pixel large, or left of or above the page.
    const isToBeSeen = (text) => !text.parentElement.closest("svg") &&
      text.parentElement.getBoundingClientRect().width > 2 &&
      linesOf(text).some(({ right, bottom }) => right + scrollX > 0 && bottom + scrollY > 0);
    // A box that holds so many lines cuts the others off.
    const isShown = (line, box) => {
      const { top, bottom } = box.getBoundingClientRect();
      return getComputedStyle(box).overflowY === "visible" || (line.top >= top - 1 && line.bottom <= bottom + 1);
    };
    // A text may have more lines than the window: each is looked at where it is in sight.
    scrollTo(0, 0);
    let left = texts().filter(isToBeSeen).map((text) => ({ text, lines: [...linesOf(text).keys()] }));
    const look = () => {
      for (const part of left) {
        const [lines, box] = [linesOf(part.text), part.text.parentElement];
        part.lines = part.lines.filter((at) => isShown(lines[at], box) && !areOnTop([lines[at]], box));
      }
      left = left.filter(({ lines }) => lines.length);
    };
    for (let top = 0; left.length && top < document.scrollingElement.scrollHeight; top += innerHeight / 2) {
      scrollTo(0, top);
      look();
    }
    // Boxes that scroll by themselves.
    left.map(({ text }) => text.parentElement).forEach((box) => {
      box.scrollIntoView({ block: "center", inline: "center" });
      look();
    });
    scrollTo(0, 0);
    return left.map(({ text: { data, parentElement: { tagName, className } } }) =>
      `${tagName}.${className}: ${data.trim().slice(0, 80)}`);
  };

  // Words in drawings that are hard to read, with their contrast.
  const faintDrawings = () => [...document.querySelectorAll("svg text, svg tspan")]
    .map((word) => [word.textContent.trim(), contrast(getComputedStyle(word).fill, word)])
    .filter(([, ratio]) => ratio < ENOUGH)
    .map(([words, ratio]) => `${words}: contrast ${ratio.toFixed(2)}`);

  // What sticks out of a page that has to be scrolled sideways.
  const sideways = async () => {
    await document.fonts.ready;
    await drawn();
    const room = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= room) return [];
    return [...document.body.querySelectorAll("*")].filter((node) => {
      const box = node.getBoundingClientRect();
      return box.width && (box.right > room + 1 || box.left < -1);
    }).slice(0, 5).map((node) => `${node.tagName}.${node.className}`);
  };

  return { judge, judgeAllButContrast, judgeColours, covered, faintDrawings, sideways };
})();
