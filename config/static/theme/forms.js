// Forms on both sides: one submission only, drafts kept, characters left. Pages work without it.
(() => {
  "use strict";
  const root = document.documentElement;
  // A resident may be on a shared computer: there a draft ends with the tab. An agent's survives a crash.
  const shared = root.dataset.draftStore !== "local";
  const owner = root.dataset.agent || "";
  const PREFIX = `draft:${owner}:`;
  const KEPT_FOR = 7 * 24 * 3600 * 1000;

  const store = (() => {
    try {
      const chosen = shared ? sessionStorage : localStorage;
      chosen.getItem("");
      return chosen;
    } catch {
      return null;
    }
  })();

  const say = (name) => root.dataset[name] || "";

  // One submission only -------------------------------------------------------------------------------------
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[data-held]").forEach((button) => {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      delete button.dataset.held;
    });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    // After the browser (or htmx) has read the form, since a disabled button is not sent.
    setTimeout(() => {
      if (event.defaultPrevented && !form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return release(form);
      const inside = [...form.querySelectorAll("button:not([type=button]), input[type=submit]")];
      const outside = form.id ? [...document.querySelectorAll(`button[form="${CSS.escape(form.id)}"]`)] : [];
      [...inside, ...outside].filter((b) => !b.disabled).forEach((button) => {
        button.dataset.held = "";
        button.disabled = true;
      });
      (event.submitter || inside[0])?.setAttribute("aria-busy", "true");
      return undefined;
    });
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-once]");
    if (form) release(form);
  });
  // Back button: the page comes from the browser's memory with its buttons still held.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // Drafts --------------------------------------------------------------------------------------------------
  const read = (key) => {
    try {
      return JSON.parse(store.getItem(PREFIX + key));
    } catch {
      return null;
    }
  };
  const write = (key, draft) => {
    try {
      store.setItem(PREFIX + key, JSON.stringify(draft));
    } catch {
      // Storage full: the text stays in the page.
    }
  };
  const forget = (key) => store?.removeItem(PREFIX + key);

  const note = (field, text, label, act) => {
    const line = document.createElement("p");
    line.className = "draft-note";
    line.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-link";
    button.textContent = label;
    button.addEventListener("click", () => {
      act();
      line.remove();
      field.focus();
    });
    line.append(text, button);
    field.after(line);
  };

  const put = (field, text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const watch = (field) => {
    if (!store || field.dataset.draftReady) return;
    field.dataset.draftReady = "1";
    const key = field.dataset.draft;
    const first = field.defaultValue;
    const draft = read(key);
    if (draft && Date.now() - draft.at > KEPT_FOR) forget(key);
    else if (draft && draft.text && draft.text !== field.value) {
      if (draft.sent || first) note(field, say("draftOffer"), say("draftTake"), () => put(field, draft.text));
      else {
        put(field, draft.text);
        note(field, say("draftBack"), say("draftDrop"), () => {
          put(field, first);
          forget(key);
        });
      }
    }
    let wait = 0;
    field.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => {
        if (field.value && field.value !== first) write(key, { text: field.value, at: Date.now() });
        else forget(key);
      }, 300);
    });
    // A sent text is only offered again, and forgotten when the server says it has it (data-draft-done).
    field.form?.addEventListener("submit", () => {
      clearTimeout(wait);
      if (field.value) write(key, { text: field.value, at: Date.now(), sent: true });
    });
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    // A field that asks for proposals as one types has sent nothing of the form.
    if (form !== event.target && !event.target.matches?.("button, input[type=submit]")) return;
    if (!form || !event.detail.successful || form.querySelector("[aria-invalid=true]")) return;
    form.querySelectorAll("[data-draft]").forEach((field) => forget(field.dataset.draft));
  });

  // Characters left -----------------------------------------------------------------------------------------
  const count = (field) => {
    if (field.dataset.counterReady || field.maxLength < 1) return;
    field.dataset.counterReady = "1";
    const line = document.createElement("p");
    line.className = "counter";
    const spoken = document.createElement("span");
    spoken.className = "hidden-text";
    spoken.setAttribute("aria-live", "polite");
    const show = () => {
      const left = field.maxLength - field.value.length;
      line.textContent = say(left > 1 ? "counterMany" : "counterOne").replace("#", left.toLocaleString("fr-FR"));
      // Read out near the end only: a count at each key would cover the voice of a screen reader.
      spoken.textContent = left <= 20 ? line.textContent : "";
    };
    field.after(line, spoken);
    field.addEventListener("input", show);
    show();
  };

  const ready = (scope) => {
    scope.querySelectorAll("[data-draft-done]").forEach((mark) => forget(mark.dataset.draftDone));
    scope.querySelectorAll("[data-draft]").forEach(watch);
    scope.querySelectorAll("textarea[data-counter]").forEach(count);
  };
  ready(document);
  document.addEventListener("htmx:load", (event) => ready(event.target));
  document.querySelector("[data-error-summary]")?.focus();
})();
