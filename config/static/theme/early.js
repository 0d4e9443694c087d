// Read before the first paint, or a dark-theme agent sees a white flash. Nothing else belongs here.
(() => {
  "use strict";
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage refused by the browser: the system's choice applies.
  }
})();
