"use strict";
// Suggestions below the search fields, and the results of search.html where no server gives them.
(() => {
  const here = document.currentScript;
  const root = here.dataset.root;
  const SHOWN = 8;
  const MOST = 100;
  const FEW = 20;
  const LEAST = 0.45;
  const QUESTIONS = 3;
  const LEAST_OF_QUESTIONS = 0.3;
  const SMALL = new Set(("a about an and are at by can did do does for from has have how in is it its many much of on or say says " +
    "said that the their there they this to was were what when where which who whom whose why will with would").split(" "));
  let ready = null;

  // As the tool folds names: case, marks and punctuation do not matter; Cyrillic й, ў and ї stay letters of their own.
  const plain = (text) => text.toLowerCase().replace(/ə/g, "e").replace(/ı/g, "i").replace(/[йўї]/g, (c) => `\u0001${c.charCodeAt(0)}`)
    .normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^\p{L}\p{N}\u0001]+/gu, " ").trim();

  function names() {
    ready = ready || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = here.dataset.names;
      script.onload = () => done(window.KZ_NAMES.map(([path, label, kind, others, isFact]) => (
        { path, label, kind, isFact, texts: [label, ...others], folded: [label, ...others].map(plain) })));
      script.onerror = failed;
      document.head.append(script);
    });
    return ready;
  }

  // Lower is better: a name itself, its beginning, words' beginnings, anywhere in a name.
  function fit(name, whole, words) {
    if (name === whole) return 0;
    if (name.startsWith(whole)) return 1;
    if (words.every((w) => ` ${name}`.includes(` ${w}`))) return 2;
    return words.every((w) => name.includes(w)) ? 3 : 9;
  }

  function find(entries, text, most) {
    const whole = plain(text);
    const words = whole.split(" ").filter(Boolean);
    if (!words.length) return [];
    const hits = [];
    entries.forEach((entry, number) => {
      let best = 9;
      let at = 0;
      entry.folded.forEach((name, i) => {
        const rank = fit(name, whole, words);
        if (rank < best) [best, at] = [rank, i];
      });
      if (best < 9) hits.push([best * 2 + entry.isFact, entry.folded[0].length, number, { ...entry, matched: entry.texts[at] }]);
    });
    hits.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    return hits.slice(0, most).map((hit) => hit[3]);
  }

  // For a question in plain words, which nothing is called: what has most of its words, the rare ones counting more.
  function findByWords(entries, text, most) {
    const words = [...new Set(plain(text).split(" "))].filter((w) => w && !SMALL.has(w));
    const told = entries.map((entry) => ` ${entry.folded.join(" ")}`);
    const worth = words.map((w) => Math.log(1 + entries.length / (1 + told.filter((t) => t.includes(` ${stem(w)}`)).length)));
    const whole = worth.reduce((sum, w) => sum + w, 0);
    const hits = [];
    told.forEach((t, number) => {
      const own = words.reduce((sum, w, i) => sum + (t.includes(` ${stem(w)}`) ? worth[i] : 0), 0);
      hits.push([whole && own / whole, number, entries[number].kind === "question"]);
    });
    hits.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    const questions = hits.filter(([share, , isQuestion]) => isQuestion && share >= LEAST_OF_QUESTIONS).slice(0, QUESTIONS);
    const others = hits.filter(([share, , isQuestion]) => !isQuestion && share >= LEAST);
    return [...questions, ...others].slice(0, most).map(([, number]) => ({ ...entries[number], matched: entries[number].label }));
  }

  function stem(word) {
    return word.length > 4 ? word.replace(/(ies|es|ed|ing|s)$/, "") : word;
  }

  function line(entry) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = root + entry.path.split("/").map(encodeURIComponent).join("/");
    link.textContent = entry.label;
    const small = document.createElement("small");
    small.className = "quiet";
    small.textContent = [entry.kind, entry.matched === entry.label ? "" : entry.matched].filter(Boolean).join(" · ");
    item.append(link, " ", small);
    return item;
  }

  function suggest(form) {
    const field = form.querySelector("input[type=search]");
    const list = document.createElement("ul");
    let chosen = -1;
    list.className = "found";
    list.id = `${field.id}-found`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    form.append(list);
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) {
      field.setAttribute(name, value);
    }
    const close = () => {
      list.hidden = true;
      chosen = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };
    async function show() {
      const text = field.value;
      if (!plain(text)) return close();
      const hits = find(await names(), text, SHOWN);
      if (field.value !== text) return undefined;
      close();
      list.replaceChildren(...hits.map((entry, number) => {
        const item = line(entry);
        item.id = `${list.id}-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.querySelector("a").tabIndex = -1;
        return item;
      }));
      list.hidden = !hits.length;
      field.setAttribute("aria-expanded", String(hits.length > 0));
      return undefined;
    }
    function choose(step) {
      const items = [...list.children];
      if (!items.length || list.hidden) return;
      if (chosen >= 0) items[chosen].setAttribute("aria-selected", "false");
      chosen = (chosen + step + items.length) % items.length;
      items[chosen].setAttribute("aria-selected", "true");
      items[chosen].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", items[chosen].id);
    }
    field.addEventListener("input", show);
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1);
      } else if (event.key === "Escape") {
        close();
      }
    });
    form.addEventListener("submit", (event) => {
      if (chosen < 0 || list.hidden) return;
      event.preventDefault();
      window.location.href = list.children[chosen].querySelector("a").href;
    });
    list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) window.location.href = item.querySelector("a").href;
    });
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  }

  document.querySelectorAll("form[role=search]").forEach(suggest);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement === document.body) {
      event.preventDefault();
      document.getElementById("find").focus();
    }
  });

  const place = document.getElementById("hits");
  const asked = new URLSearchParams(window.location.search).get("q");
  if (place && asked && !place.children.length) {
    document.getElementById("wide").value = asked;
    names().then((entries) => {
      const named = find(entries, asked, MOST);
      const hits = named.length ? named : findByWords(entries, asked, FEW);
      const list = document.createElement("ol");
      list.className = "hits";
      list.append(...hits.map(line));
      const none = document.createElement("p");
      none.className = "nothing";
      none.textContent = "Nothing is called so. Try another spelling or fewer words.";
      place.replaceChildren(hits.length ? list : none);
    });
  }
})();
