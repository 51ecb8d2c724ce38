"use strict";
// Zoom for the maps, which are whole without it: buttons, the keys + and -, and dragging what is enlarged.
(() => {
  const MOST = 6;

  function enlarge(map) {
    const whole = map.viewBox.baseVal;
    const [wide, high] = [whole.width, whole.height];
    const view = { x: 0, y: 0, zoom: 1 };
    const show = () => {
      const [w, h] = [wide / view.zoom, high / view.zoom];
      view.x = Math.min(Math.max(view.x, 0), wide - w);
      view.y = Math.min(Math.max(view.y, 0), high - h);
      map.setAttribute("viewBox", `${view.x} ${view.y} ${w} ${h}`);
      map.style.setProperty("--zoom", view.zoom);
      map.classList.toggle("enlarged", view.zoom > 1);
    };
    const zoom = (factor) => {
      const before = view.zoom;
      view.zoom = Math.min(Math.max(before * factor, 1), MOST);
      view.x += wide / before / 2 - wide / view.zoom / 2;
      view.y += high / before / 2 - high / view.zoom / 2;
      show();
    };
    const bar = document.createElement("p");
    bar.className = "zoom";
    for (const [sign, name, factor] of [["+", "Enlarge the map", 1.6], ["\u2212", "Make the map smaller", 1 / 1.6], ["\u21ba", "The whole map", 0]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", name);
      button.addEventListener("click", () => zoom(factor));
      bar.append(button);
    }
    const box = map.closest(".scroll");
    box.after(bar);
    box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
    map.addEventListener("keydown", (event) => {
      const factor = { "+": 1.6, "-": 1 / 1.6 }[event.key];
      if (factor) zoom(factor);
    });
    let from = null;
    map.addEventListener("pointerdown", (event) => {
      if (view.zoom > 1) from = { left: event.clientX, top: event.clientY, x: view.x, y: view.y };
    });
    window.addEventListener("pointermove", (event) => {
      if (!from) return;
      const scale = wide / view.zoom / map.clientWidth;
      view.x = from.x - (event.clientX - from.left) * scale;
      view.y = from.y - (event.clientY - from.top) * scale;
      show();
    });
    window.addEventListener("pointerup", () => { from = null; });
    map.addEventListener("dragstart", (event) => event.preventDefault());
  }

  document.querySelectorAll("svg.map").forEach(enlarge);
})();
