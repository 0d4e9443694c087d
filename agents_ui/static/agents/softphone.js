// The browser as a telephone, in a window of its own: changing page elsewhere does not cut the conversation.
// The server decides who is offered what; this window only picks up, mutes and hangs up.
(() => {
  "use strict";
  const main = document.querySelector(".softphone");
  if (!main) return;
  const state = document.getElementById("softphone-state");
  const buttons = Object.fromEntries(["answer", "reject", "mute", "end"].map((name) => [name, document.getElementById(`softphone-${name}`)]));
  const keys = document.getElementById("softphone-keys");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("grc-telephone") : null;
  const RETRY = 5000;
  let device = null;
  let call = null;
  let talking = false;

  const say = (word) => {
    state.textContent = main.dataset[`word${word[0].toUpperCase()}${word.slice(1)}`] || "";
    channel?.postMessage({ type: "state", state: word });
  };
  const show = () => {
    buttons.answer.hidden = !call || talking;
    buttons.reject.hidden = !call || talking;
    buttons.mute.hidden = !talking;
    buttons.end.hidden = !talking;
    keys.hidden = !talking;
  };
  const token = async () => {
    const answer = await fetch(main.dataset.tokenUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).token;
  };
  const over = () => {
    call = null;
    talking = false;
    buttons.mute.setAttribute("aria-pressed", "false");
    say("ready");
    show();
  };
  const incoming = (rung) => {
    call = rung;
    say("ringing");
    show();
    rung.on("accept", () => {
      talking = true;
      say("talking");
      show();
    });
    ["disconnect", "cancel", "reject"].forEach((name) => rung.on(name, () => { if (call === rung) over(); }));
    rung.on("error", () => { if (call === rung && !talking) over(); });
  };
  const begin = async () => {
    try {
      if (!window.Twilio?.Device) throw new Error("sdk");
      device = new window.Twilio.Device(await token(), { closeProtection: true });
      device.on("registered", () => { if (!call) say("ready"); });
      device.on("incoming", incoming);
      device.on("tokenWillExpire", async () => {
        try {
          device.updateToken(await token());
        } catch {
          say("failed");
        }
      });
      device.on("error", () => { if (!talking) say("failed"); });
      device.on("unregistered", () => { if (!talking) setTimeout(() => device.register().catch(() => say("failed")), RETRY); });
      await device.register();
    } catch {
      say("failed");
      setTimeout(begin, RETRY);
    }
  };

  buttons.answer.addEventListener("click", () => call?.accept());
  buttons.reject.addEventListener("click", () => call?.reject());
  buttons.end.addEventListener("click", () => call?.disconnect());
  buttons.mute.addEventListener("click", () => {
    const on = buttons.mute.getAttribute("aria-pressed") !== "true";
    call?.mute(on);
    buttons.mute.setAttribute("aria-pressed", String(on));
  });
  keys.addEventListener("click", (event) => {
    const digit = event.target.closest("[data-digit]")?.dataset.digit;
    if (digit) call?.sendDigits(digit);
  });
  channel?.addEventListener("message", (event) => {
    if (event.data?.type === "answer" && call && !talking) call.accept();
    if (event.data?.type === "hello") channel.postMessage({ type: "state", state: talking ? "talking" : call ? "ringing" : "ready" });
  });
  const touch = () => fetch(main.dataset.touchUrl, { method: "POST", headers: { "X-CSRFToken": main.dataset.csrf } }).catch(() => null);
  setInterval(touch, 30000);
  touch();
  say("connecting");
  begin();
})();
