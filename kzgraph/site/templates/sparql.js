"use strict";
// In the editor: Ctrl+Enter asks, Tab indents; Escape first lets Tab leave the field.
(() => {
  const field = document.getElementById("query");
  let leaves = false;
  document.getElementById("keys").textContent = "Ctrl+Enter asks; Escape, then Tab leaves the field";
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.form.requestSubmit();
    } else if (event.key === "Escape") {
      leaves = true;
    } else if (event.key === "Tab" && !event.shiftKey && !leaves) {
      event.preventDefault();
      field.setRangeText("    ", field.selectionStart, field.selectionEnd, "end");
    } else {
      leaves = false;
    }
  });
})();
