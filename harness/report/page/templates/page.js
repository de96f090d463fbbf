"use strict";
(() => {
  const PART = 100000; // Characters of one text that are shown at first.
  const MANY = 500; // Rows of one table that are shown at first.
  const byId = (id) => document.getElementById(id);

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key === "class") made.className = value;
      else if (key in made) made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  // Theme

  const themes = ["auto", "light", "dark"];
  const themeButton = byId("theme");
  let theme = themes.includes(storedTheme()) ? storedTheme() : "auto";
  function nameTheme() {
    themeButton.textContent = `theme: ${theme}`;
  }
  function nextTheme() {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    applyTheme(theme);
    nameTheme();
    try {
      localStorage.setItem("toolreel-theme", theme);
    } catch {
      return; // No storage here: the choice lasts as long as the page.
    }
  }
  themeButton.hidden = false;
  themeButton.addEventListener("click", nextTheme);
  nameTheme();

  // Data

  const unpacked = new Map();
  async function inflate(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }
  function unpack(id) {
    if (!unpacked.has(id)) unpacked.set(id, inflate(byId(id).textContent));
    return unpacked.get(id);
  }

  // Copying

  function copyButton(text, what) {
    const button = element("button", { type: "button", class: "quiet copy" }, "copy");
    button.setAttribute("aria-label", `copy ${what}`);
    button.addEventListener("click", async () => {
      button.textContent = (await copied(text)) ? "copied" : "select and copy by hand";
      setTimeout(() => { button.textContent = "copy"; }, 1500);
    });
    return button;
  }
  async function copied(text) {
    if (navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        // Refused without a permission: the older way below may still do.
      }
    }
    const area = element("textarea", { value: text, class: "unseen" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  // Blocks: what blocks.py makes

  const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null|NaN|Infinity)\b/g;
  function coloured(text) {
    const parts = document.createDocumentFragment();
    let end = 0;
    for (const found of text.matchAll(TOKEN)) {
      const kind = found[1] !== undefined ? "key" : found[0][0] === '"' ? "string" : "literal";
      parts.append(text.slice(end, found.index), element("span", { class: kind }, found[0]));
      end = found.index + found[0].length;
    }
    parts.append(text.slice(end));
    return parts;
  }
  function preformatted(text, isJson, label) {
    const pre = element("pre", { tabIndex: 0 });
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", label || "text");
    const first = text.slice(0, PART);
    pre.append(isJson ? coloured(first) : first);
    if (text.length <= PART) return [pre];
    const more = element("button", { type: "button", class: "quiet" }, `show all ${text.length} characters`);
    more.addEventListener("click", () => {
      pre.textContent = text;
      more.remove();
      pre.focus();
    });
    return [pre, more];
  }
  function tableOf(label, columns, rows, cell = (text) => text) {
    const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
    const line = (row) => element("tr", {}, ...row.map((text, at) =>
      element("td", { class: text.length < 26 && !text.includes("\n") ? "short" : "" }, cell(text, at))));
    const body = element("tbody", {}, ...rows.slice(0, MANY).map(line));
    const table = element("table", {}, element("thead", {}, head), body);
    const box = element("div", { class: "wide", tabIndex: 0 }, table);
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", label || columns.join(", "));
    const parts = label ? [element("h3", {}, label), box] : [box];
    if (rows.length > MANY) {
      const more = element("button", { type: "button", class: "quiet" }, `show all ${rows.length} rows`);
      more.addEventListener("click", () => {
        body.append(...rows.slice(MANY).map(line));
        more.remove();
        box.focus();
      });
      parts.push(more);
    }
    return parts;
  }
  const SVG = "http://www.w3.org/2000/svg";
  function shape(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }
  function milliseconds(seconds) {
    return seconds < 1 ? `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms` : `${seconds.toFixed(2)} s`;
  }
  function timeLine(total, rows) {
    const line = shape("svg", { class: "timeline", viewBox: "0 0 1000 40", preserveAspectRatio: "none", "aria-hidden": "true" });
    const largest = Math.max(1, ...rows.map((row) => row[1]));
    line.append(shape("line", { x1: 0, x2: 1000, y1: 39, y2: 39 }));
    for (const [at, size] of rows) {
      const height = 4 + 32 * (size / largest);
      line.append(shape("rect", { x: total ? 4 + (992 * at) / total : 4, y: 38 - height, width: 3, height }));
    }
    return line;
  }
  const render = {
    code: ({ label, text, json }) => [
      element("div", { class: "label" }, ...(label ? [element("h3", {}, label)] : []), copyButton(text, label || "text")),
      ...preformatted(text, json, label),
    ],
    note: ({ text, tone }) => [element("p", { class: `note ${tone}` }, text)],
    facts: ({ rows }) => [
      element("dl", { class: "facts" }, ...rows.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
    ],
    table: ({ label, columns, rows }) => tableOf(label, columns, rows),
    group: ({ label, hint, tone, open, blocks }) => {
      const box = element("details", { class: `group ${tone}`, open });
      const body = element("div", { class: "body" });
      const fill = () => { if (!body.childNodes.length) body.append(...blocks.flatMap(rendered)); };
      box.append(element("summary", {}, element("span", { class: "name" }, label), " ", element("span", { class: "dim" }, hint)), body);
      if (open) fill();
      else box.addEventListener("toggle", fill, { once: true });
      return [box];
    },
    frames: ({ label, total, rows }) => {
      let before = 0;
      const lines = rows.map(([at, size, text]) => {
        const gap = Math.max(0, at - before);
        before = at;
        return [milliseconds(at), `+${milliseconds(gap)}`, `${size} B`, text];
      });
      const axis = element("div", { class: "axis dim" }, element("span", {}, "0"), element("span", {}, milliseconds(total)));
      return [
        element("h3", {}, label),
        timeLine(total, rows),
        axis,
        ...tableOf("", ["at", "after", "size", "text"], lines, (text, at) => at === 3 ? element("code", {}, text) : text),
      ];
    },
    verdicts: ({ rows }) => [
      element("ul", { class: "verdicts" }, ...rows.map(([status, label, message, more]) =>
        element("li", {}, element("span", { class: `tag ${status}` }, status), element("div", {},
          element("code", {}, label),
          ...(message ? [element("p", {}, message)] : []),
          ...more.flatMap(rendered))))),
    ],
    marked: ({ label, segments }) => [
      element("h3", {}, label),
      element("p", { class: "marked" }, ...segments.flatMap(([text, numbers]) => numbers.length
        ? [element("mark", {}, text, element("sup", {}, numbers.join(",")))]
        : [text])),
    ],
    sides: ({ label, before, after }) => {
      const side = (name, tag, parts) => element("div", {}, element("span", { class: "dim" }, name),
        element("p", {}, ...(parts.length
          ? parts.map(([text, changed]) => changed ? element(tag, {}, text) : text)
          : [element("span", { class: "dim" }, "nothing")])));
      return [
        element("h3", {}, element("code", {}, label)),
        element("div", { class: "sides" }, side("baseline", "del", before), side("candidate", "ins", after)),
      ];
    },
    dimension: ({ label, score, limit, blocks }) => {
      const bar = shape("svg", { class: score < limit / 2 ? "bar error" : "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" });
      bar.append(shape("rect", { class: "track", width: 100, height: 6 }),
        shape("rect", { class: "fill", width: (100 * score) / limit, height: 6 }));
      return [element("div", { class: "dimension" },
        element("h3", {}, label),
        element("div", { class: "share" }, bar, ` ${score} of ${limit}`),
        element("div", {}, ...blocks.flatMap(rendered)))];
    },
    command: ({ text }) => [
      element("p", { class: "command" }, element("code", {}, text), " ", copyButton(text, "the command")),
    ],
  };
  function rendered(block) {
    return render[block.kind](block);
  }

  // Rows

  const rows = [...document.querySelectorAll("details.row")];
  const list = byId("rows");
  async function fillRow(row) {
    if (row.dataset.filled) return;
    row.dataset.filled = "yes";
    const body = row.querySelector(".body");
    try {
      const parts = await unpack(`data-${row.dataset.block}`);
      for (const brief of body.querySelectorAll(".brief")) brief.remove();
      body.append(...parts[Number(row.dataset.part)].flatMap(rendered));
    } catch (error) {
      body.append(element("p", { class: "note error" }, `The details cannot be read: ${error.message}`));
      throw error;
    }
  }
  if (list) list.addEventListener("toggle", (event) => {
    if (event.target.matches("details.row") && event.target.open) fillRow(event.target);
  }, true);
  function openNamedRow() {
    const row = /^#r\d+$/.test(location.hash) && byId(location.hash.slice(1));
    if (row) {
      row.open = true;
      row.scrollIntoView();
      row.querySelector("summary").focus();
    }
  }

  // Filter

  const search = byId("search");
  const choices = [...document.querySelectorAll(".choice")];
  let texts = null;
  async function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) {
      texts = (await unpack("search-texts")).map((text) => text.toLowerCase());
      return filter(); // The box may hold more by now.
    }
    const wanted = choices.filter((item) => item.ariaPressed === "true").map((item) => item.dataset.status);
    let count = 0;
    rows.forEach((row, at) => {
      const fits = (!wanted.length || wanted.includes(row.dataset.status))
        && words.every((word) => texts[at].includes(word));
      row.hidden = !fits;
      count += fits;
    });
    const all = `${rows.length} ${list.dataset.what}`;
    byId("shown").textContent = count === rows.length ? all : `${count} of ${all}`;
    byId("nothing").hidden = count > 0;
  }
  function showAll() {
    search.value = "";
    for (const item of choices) item.ariaPressed = "false";
    filter();
    search.focus();
  }
  if (search) {
    byId("filter").hidden = false;
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    search.addEventListener("input", filter);
    byId("clear").addEventListener("click", showAll);
    for (const item of choices) item.addEventListener("click", () => {
      item.ariaPressed = item.ariaPressed === "true" ? "false" : "true";
      filter();
    });
    for (const item of document.querySelectorAll(".find")) item.addEventListener("click", () => {
      search.value = item.dataset.find;
      filter();
      search.focus();
      byId("list").scrollIntoView();
    });
  }

  // Keyboard

  function step(by) {
    const open = rows.filter((row) => !row.hidden);
    const at = open.findIndex((row) => row.contains(document.activeElement));
    const next = open[at < 0 ? 0 : Math.min(open.length - 1, Math.max(0, at + by))];
    if (next) next.querySelector("summary").focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const writes = event.target.matches("input, textarea, select");
    if (event.key === "Escape" && event.target === search) showAll();
    if (writes) return;
    const action = { "/": () => search && search.focus(), j: () => step(1), k: () => step(-1), t: nextTheme }[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
  addEventListener("hashchange", openNamedRow);
  openNamedRow();
})();
