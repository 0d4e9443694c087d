// Agents' console: keys, theme, ages, connection, toasts. No inline code, no eval: the CSP stays strict.
(() => {
  "use strict";
  const root = document.documentElement;
  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Storage refused: the choice lasts for this page.
    }
  };
  const recall = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  // Keys ----------------------------------------------------------------------------------------------------
  // data-key="n", "g f" (one after the other), "ctrl+enter", "alt+1". What the key does is read from
  // data-key-label, else from the accessible name: the dialog is never out of date.
  const dialog = document.getElementById("keys-dialog");
  const single = document.getElementById("keys-single");
  // Single keys can be switched off, for those who dictate (WCAG 2.1.4).
  let singleKeys = recall("keys") !== "off";
  let pending = "";
  let pendingTimer = 0;

  const typing = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  const shown = (element) => !element.disabled && element.getClientRects().length > 0;
  const holders = () => [...document.querySelectorAll("[data-key]")].filter(shown);
  const textWithoutKeys = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd").forEach((cap) => cap.remove());
    return copy.textContent;
  };
  const labelOf = (element) =>
    element.dataset.keyLabel || element.getAttribute("aria-label") || textWithoutKeys(element.labels?.[0] || element);
  const written = (event) => {
    const parts = [];
    if (event.ctrlKey || event.metaKey) parts.push("ctrl");
    if (event.altKey) parts.push("alt");
    // On a French keyboard Alt+1 gives "&": the position of the key says which digit it is.
    const digit = event.altKey && /^Digit\d$/.test(event.code) ? event.code.slice(5) : "";
    parts.push(digit || event.key.toLowerCase());
    return parts.join("+");
  };
  const act = (element) => {
    if (element.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select")) element.focus();
    else if (element.matches("a, button, summary, input, [role=button]")) element.click();
    else element.focus();
  };

  const openKeys = () => {
    if (!dialog || dialog.open) return;
    const list = dialog.querySelector("[data-keys-list]");
    const lines = holders().map((element) => {
      const line = document.createElement("li");
      const keys = document.createElement("span");
      element.dataset.key.split(" ").forEach((key) => {
        const cap = document.createElement("kbd");
        cap.textContent = key.replace("ctrl", "Ctrl").replace("alt", "Alt").replace("enter", "Entrée");
        keys.append(cap, " ");
      });
      line.append(labelOf(element).replace(/\s+/g, " ").trim(), keys);
      return line;
    });
    list.replaceChildren(...lines);
    if (single) single.checked = singleKeys;
    dialog.showModal();
  };
  single?.addEventListener("change", () => {
    singleKeys = single.checked;
    remember("keys", singleKeys ? "on" : "off");
  });
  document.querySelectorAll("[data-open-keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", openKeys);
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const key = written(event);
    const withModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (!withModifier && (!singleKeys || typing(event.target) || document.querySelector("dialog[open]"))) return;
    if (key === "?") {
      event.preventDefault();
      openKeys();
      return;
    }
    const wanted = pending ? `${pending} ${key}` : key;
    const inForm = event.target.closest("form");
    const matching = holders().filter((element) => element.dataset.key === wanted);
    // Ctrl+Enter sends the form one is writing in, not another one of the page.
    const found = matching.find((element) => inForm && element.form === inForm) || matching[0];
    clearTimeout(pendingTimer);
    pending = "";
    if (found) {
      event.preventDefault();
      act(found);
    } else if (!withModifier && holders().some((element) => element.dataset.key.startsWith(`${key} `))) {
      pending = key;
      pendingTimer = setTimeout(() => { pending = ""; }, 1200);
    }
  });

  // Dialogs opened and closed by attribute ------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog, .alert")?.[event.target.closest("dialog") ? "close" : "remove"]();
  });

  // Theme ---------------------------------------------------------------------------------------------------
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  document.querySelectorAll("[data-theme-toggle]").forEach((button) => {
    button.hidden = false;
    const show = () => button.setAttribute("aria-pressed", String(dark()));
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      remember("theme", root.dataset.theme);
      show();
    });
    show();
  });

  // Ages, in the words of grc/french.py -----------------------------------------------------------------------
  const NB = "\u00a0";
  const words = (milliseconds) => {
    const seconds = Math.floor(Math.abs(milliseconds) / 1000);
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    if (minutes < 1) return `${seconds}${NB}s`;
    if (hours < 1) return `${minutes}${NB}min`;
    if (days < 1) return minutes % 60 ? `${hours}${NB}h${NB}${String(minutes % 60).padStart(2, "0")}` : `${hours}${NB}h`;
    const text = `${days}${NB}${days === 1 ? "jour" : "jours"}`;
    return days < 3 && hours % 24 ? `${text} ${hours % 24}${NB}h` : text;
  };
  const refresh = () => {
    document.querySelectorAll("time[data-age], time[data-left]").forEach((element) => {
      const gap = Date.now() - Date.parse(element.dateTime);
      if (Number.isNaN(gap)) return;
      let text = "";
      if ("left" in element.dataset) text = gap <= 0 ? `il reste ${words(gap)}` : `en retard de ${words(gap)}`;
      else if (gap < 31 * 86400000) text = gap < 60000 ? "à l’instant" : `il y a ${words(gap)}`;
      // Writing only what changed keeps a selection made by the agent.
      if (text && element.textContent !== text) element.textContent = text;
    });
  };
  setInterval(refresh, 20000);

  // What scrolls on its own begins where one is: the current tab, the first step of a drawing -------------------
  const centre = (box, part) => {
    if (!box || !part) return;
    const frame = box.getBoundingClientRect();
    const place = part.getBoundingClientRect();
    box.scrollLeft += place.left + place.width / 2 - frame.left - box.clientWidth / 2;
    box.scrollTop += place.top + place.height / 2 - frame.top - box.clientHeight / 2;
  };
  document.querySelectorAll(".tabs, .side ul").forEach((list) => centre(list, list.querySelector("[aria-current]")));
  document.querySelectorAll(".drawing").forEach((drawing) => {
    const left = (step) => step.getBoundingClientRect().left;
    const steps = [...drawing.querySelectorAll("a")].sort((one, other) => left(one) - left(other));
    centre(drawing, steps[0]);
  });

  // Connection of the live updates --------------------------------------------------------------------------
  const live = document.querySelector("[data-live-state]");
  const connection = (state) => {
    if (!live || live.dataset.liveState === state) return;
    live.dataset.liveState = state;
    live.textContent = live.dataset[state] || "";
  };
  document.addEventListener("htmx:wsConnecting", () => { if (live?.dataset.liveState !== "lost") connection("connecting"); });
  document.addEventListener("htmx:wsOpen", () => connection("on"));
  document.addEventListener("htmx:wsClose", () => connection("lost"));
  document.addEventListener("htmx:wsError", () => connection("lost"));

  // Toasts --------------------------------------------------------------------------------------------------
  const toast = (text, kind = "info") => {
    const region = document.getElementById("toasts");
    if (!region || !text) return;
    const box = document.createElement("div");
    box.className = `alert alert-${kind}`;
    const body = document.createElement("p");
    body.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button button-link";
    close.dataset.close = "";
    close.textContent = region.dataset.close;
    box.append(body, close);
    region.append(box);
    // An error stays until it has been read.
    if (kind !== "error") setTimeout(() => box.remove(), 8000);
  };
  document.addEventListener("toast", (event) => toast(event.detail.text || event.detail.value, event.detail.kind));
  document.addEventListener("htmx:responseError", (event) => {
    const reference = event.detail.xhr.getResponseHeader("X-Request-Id");
    toast(root.dataset.requestFailed + (reference ? ` ${root.dataset.requestReference} ${reference}.` : ""), "error");
  });
  document.addEventListener("htmx:sendError", () => toast(root.dataset.requestUnsent, "error"));
  document.addEventListener("htmx:load", refresh);
})();
