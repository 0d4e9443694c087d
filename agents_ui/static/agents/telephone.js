// The telephone bar: told by its socket that something changed, it reads itself again; without a socket, every 5 s.
(() => {
  "use strict";
  const bar = document.getElementById("telephone");
  if (!bar?.dataset.liveUrl) return;
  const title = document.title;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("grc-telephone") : null;
  const TOUCH = 30000;
  const POLL = 5000;
  let socket = null;
  let wait = 500;
  let poll = 0;
  let ringing = "";
  let tone = 0;
  let audio = null;

  const busy = () => bar.contains(document.activeElement) && document.activeElement.matches("input, select") ||
    bar.querySelector("details[open] form") !== null && bar.contains(document.activeElement);
  const read = () => {
    // What is being chosen is not taken away; a caller who rings is shown all the same.
    if (busy()) {
      setTimeout(read, 1500);
      return;
    }
    window.htmx?.trigger(bar, "refresh");
  };
  const connect = () => {
    socket = new WebSocket(bar.dataset.liveUrl);
    socket.addEventListener("open", () => {
      wait = 500;
      clearInterval(poll);
      read();
    });
    socket.addEventListener("message", read);
    socket.addEventListener("close", (event) => {
      clearInterval(poll);
      poll = setInterval(read, POLL);
      // Refused: no session, or no right. Asking again would not help; the page still polls.
      if (event.code === 4401 || event.code === 4403) return;
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 20000);
    });
  };

  // A short double tone, only after the agent has touched the page: browsers allow no sound before.
  const beep = () => {
    if (!audio || document.documentElement.dataset.quiet === "1") return;
    [0, 0.25].forEach((at) => {
      const voice = audio.createOscillator();
      const volume = audio.createGain();
      voice.frequency.value = 520;
      volume.gain.value = 0.06;
      voice.connect(volume).connect(audio.destination);
      voice.start(audio.currentTime + at);
      voice.stop(audio.currentTime + at + 0.18);
    });
  };
  document.addEventListener("pointerdown", () => { audio ??= new AudioContext(); }, { once: true });
  document.addEventListener("keydown", () => { audio ??= new AudioContext(); }, { once: true });
  const ring = (id) => {
    if (id === ringing) return;
    ringing = id;
    clearInterval(tone);
    document.title = id ? `☎ ${bar.dataset.wordRinging} - ${title}` : title;
    if (!id) return;
    beep();
    tone = setInterval(beep, 3000);
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target !== bar) return;
    ring(bar.querySelector("[data-ringing]")?.dataset.ringing || "");
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-answer]")) channel?.postMessage({ type: "answer" });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open-softphone]");
    if (!link) return;
    event.preventDefault();
    window.open(link.href, "telephone", "popup,width=380,height=560")?.focus();
  });
  const touch = () => window.htmx?.ajax("POST", bar.dataset.touchUrl, { source: bar, swap: "none" });
  setInterval(touch, TOUCH);
  // The first poll waits for the socket, which is almost always there first.
  poll = setInterval(read, POLL);
  connect();
})();
