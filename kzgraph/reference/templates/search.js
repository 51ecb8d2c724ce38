"use strict";
// Each entry: label, name, kind, address, definition.
const INDEX = /*INDEX*/ [];

(() => {
  const SHOWN = 12;
  const KINDS = { c: "class", op: "object property", dp: "data property", ap: "annotation property", ni: "value", q: "" };
  const field = document.getElementById("-find");
  const list = document.getElementById("-found");
  let chosen = -1;

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const ready = INDEX.map((entry) => [plain(entry[0]), plain(entry[1]), plain(entry[4])]);

  // Lower is better: the label itself, its beginning, a word's beginning, within a name, within the definition.
  function fit(number, words) {
    const [label, name, told] = ready[number];
    const local = name.slice(name.indexOf(":") + 1);
    const whole = words.join(" ");
    if (label === whole || local === whole || name === whole) return 0;
    if (label.startsWith(whole) || local.startsWith(whole)) return 1;
    if (words.every((w) => (" " + label).includes(" " + w))) return 2;
    if (words.every((w) => label.includes(w) || local.includes(w))) return 3;
    if (words.every((w) => label.includes(w) || local.includes(w) || told.includes(w))) return 4;
    return -1;
  }

  function find(text) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const hits = [];
    for (let i = 0; i < INDEX.length; i += 1) {
      const rank = fit(i, words);
      if (rank >= 0) hits.push([rank, i]);
    }
    return hits.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, SHOWN).map((hit) => INDEX[hit[1]]);
  }

  function show() {
    const hits = find(field.value);
    const asked = field.value.trim() !== "";
    list.replaceChildren();
    chosen = -1;
    hits.forEach((entry, number) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const small = document.createElement("small");
      item.id = `-found-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      link.href = entry[3];
      link.tabIndex = -1;
      link.textContent = `${entry[0]}  `;
      small.textContent = [KINDS[entry[2]], entry[1], entry[4]].filter(Boolean).join(" · ");
      link.append(small);
      item.append(link);
      list.append(item);
    });
    if (asked && !hits.length) {
      const item = document.createElement("li");
      item.setAttribute("role", "option");
      item.textContent = "No term has this name.";
      list.append(item);
    }
    list.hidden = !asked;
    field.setAttribute("aria-expanded", String(asked));
    field.removeAttribute("aria-activedescendant");
  }

  function choose(step) {
    const items = [...list.querySelectorAll("li[id]")];
    if (!items.length) return;
    if (chosen >= 0) items[chosen].setAttribute("aria-selected", "false");
    chosen = (chosen + step + items.length) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    items[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", items[chosen].id);
  }

  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
  }

  field.addEventListener("input", show);
  field.addEventListener("focus", () => { if (field.value) show(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show();
      choose(event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1);
    } else if (event.key === "Escape") {
      close();
    }
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const items = list.querySelectorAll("li[id] a");
    const link = items[Math.max(chosen, 0)];
    if (link) {
      close();
      window.location.href = link.href;
    }
  });
  document.addEventListener("click", (event) => { if (!field.form.contains(event.target)) close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement === document.body) {
      event.preventDefault();
      field.focus();
    }
  });
  list.addEventListener("click", close);

  // On a narrow screen the list of pages starts closed.
  const pages = document.querySelector(".side details");
  if (pages && window.matchMedia("(max-width: 52rem)").matches) pages.open = false;
  const asked = new URLSearchParams(window.location.search).get("q");
  if (asked) {
    field.value = asked;
    show();
  }
})();
