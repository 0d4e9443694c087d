// The part of Twilio's Voice SDK that a softphone uses (Device and Call), spoken to this network instead of Twilio's:
// the product loads it by an address of its settings, as it would load Twilio's own file. There is no sound here.
(() => {
  "use strict";
  const BASE = new URL(document.currentScript.src).origin;
  const OVER = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);

  class Emitter {
    constructor() { this.listeners = new Map(); }
    on(name, listener) {
      this.listeners.set(name, [...(this.listeners.get(name) || []), listener]);
      return this;
    }
    emit(name, ...values) { (this.listeners.get(name) || []).forEach((listener) => listener(...values)); }
  }

  const ask = async (path, body) => {
    const init = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(`${BASE}/control/${path}${body === undefined ? "" : "?settle=0"}`, init);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  };

  class Call extends Emitter {
    constructor(sid, number, state) {
      super();
      this.sid = sid;
      this.number = number;
      this.parameters = { CallSid: sid, From: state.from, To: state.to };
      this.picked = false;
      this.muted = false;
    }
    accept() { ask("answer", { number: this.number }).catch((error) => this.emit("error", error)); }
    reject() { ask("refuse", { number: this.number }).catch((error) => this.emit("error", error)); }
    disconnect() { ask(`calls/${this.sid}/hangup`, {}).catch((error) => this.emit("error", error)); }
    sendDigits(digits) { ask(`calls/${this.sid}/digits`, { digits }).catch((error) => this.emit("error", error)); }
    mute(on = true) {
      this.muted = on;
      this.emit("mute", on, this);
    }
    isMuted() { return this.muted; }
    follow(state) {
      if (state.status === "in-progress" && !this.picked) {
        this.picked = true;
        this.emit("accept", this);
      }
      if (OVER.has(state.status)) this.emit(this.picked ? "disconnect" : state.status === "busy" ? "reject" : "cancel", this);
    }
  }

  class Device extends Emitter {
    constructor(token) {
      super();
      this.calls = new Map();
      this.seen = new Set();
      this.updateToken(token);
    }
    // The signature is for the provider to check: this network has no key of the account, and says so in its README.
    updateToken(token) {
      const payload = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
      this.identity = payload.grants.identity;
      clearTimeout(this.expiry);
      const left = payload.exp * 1000 - Date.now() - 10000;
      this.expiry = setTimeout(() => this.emit("tokenWillExpire", this), Math.max(left, 1000));
    }
    get number() { return `client:${this.identity}`; }
    async register() {
      this.source = new EventSource(`${BASE}/control/events`);
      this.source.addEventListener("call", () => this.look());
      this.source.addEventListener("open", () => {
        this.emit("registered");
        this.look();
      });
      this.source.addEventListener("error", () => this.emit("error", new Error("network")));
    }
    unregister() {
      this.source?.close();
      this.emit("unregistered");
    }
    destroy() { this.unregister(); }
    async look() {
      // One question at a time, the last one never lost.
      if (this.looking) {
        this.again = true;
        return;
      }
      this.looking = true;
      try {
        const { calls } = await ask(`calls?number=${encodeURIComponent(this.number)}`);
        calls.forEach((state) => {
          const known = this.calls.get(state.sid);
          if (known) known.follow(state);
          else if (state.status === "ringing" && !this.seen.has(state.sid)) {
            this.seen.add(state.sid);
            const call = new Call(state.sid, this.number, state);
            this.calls.set(state.sid, call);
            this.emit("incoming", call);
          }
          if (OVER.has(state.status)) this.calls.delete(state.sid);
        });
      } catch (error) {
        this.emit("error", error);
      } finally {
        this.looking = false;
        if (this.again) {
          this.again = false;
          this.look();
        }
      }
    }
  }

  window.Twilio = { ...(window.Twilio || {}), Device, Call };
})();
