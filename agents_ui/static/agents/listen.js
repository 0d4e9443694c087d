// Listen to what the voice says: the browser's own speech synthesis, sentence by sentence, each in its language.
(() => {
  "use strict";
  if (!("speechSynthesis" in window)) return;
  const buttons = [...document.querySelectorAll("[data-listen]")];
  let speaking = null;

  const stop = () => {
    window.speechSynthesis.cancel();
    if (speaking) speaking.removeAttribute("aria-pressed");
    speaking = null;
  };

  const listen = (button) => {
    const place = document.getElementById(button.dataset.listen);
    const again = speaking === button;
    stop();
    if (!place || again) return;
    const lines = [...place.querySelectorAll("[data-say]")];
    speaking = button;
    button.setAttribute("aria-pressed", "true");
    lines.forEach((line, index) => {
      const said = new SpeechSynthesisUtterance(line.textContent.replace(/\u00a0|\u202f/g, " "));
      said.lang = line.lang || "fr-FR";
      const done = () => {
        if (index === lines.length - 1 && speaking === button) stop();
      };
      said.addEventListener("end", done);
      said.addEventListener("error", done);
      window.speechSynthesis.speak(said);
    });
  };

  buttons.forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => listen(button));
  });
  window.addEventListener("pagehide", stop);
})();
