// The page of the demonstration telephone: one number, its calls and its texts.

import { OVER, ask, expectingText, messageStatus, statusText, toInternational, toNational } from "/static/network.js";
import { hush, setMuted, speak } from "/static/voice.js";

const byId = (id) => document.getElementById(id);
const mine = new Set(); // calls this page placed or picked up
const calls = new Map();
const spoken = new Map(); // entries already read aloud, by call
let current = "";
let shown = 0;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

function tell(error) {
  byId("problem").textContent = error ? error.message : "";
}

async function attempt(work) {
  tell(null);
  try {
    return await work();
  } catch (error) {
    tell(error);
    return null;
  }
}

const myNumber = () => toInternational(byId("number").value);

// -- the call shown ------------------------------------------------------------------------

const QUIET = new Set(["Ring", "Music", "Pause", "Enqueue", "Conference", "Bridge", "Dial", "Record", "Gather", "Hangup", "End", "Redirect", "Play", "Mute"]);
const ALOUD = new Set(["Say", "Error", "Voice"]);
const HIDDEN = new Set(["Pause", "End", "Redirect"]);
const WHO = { network: "La ligne", caller: "Moi", peer: "La personne en ligne" };

function entryItem(entry) {
  const text = entry.verb === "Digits" ? `Touche ${entry.text}` : entry.text;
  if (entry.verb === "Error") return make("li", "error", text);
  if (QUIET.has(entry.verb)) {
    const sound = entry.verb === "Play" ? `Son : ${text}` : text;
    return make("li", "quiet", sound);
  }
  const item = make("li", entry.who === "caller" ? "caller" : "said", text);
  item.prepend(make("span", "who", WHO[entry.who]));
  return item;
}

function showCall() {
  const call = calls.get(current);
  byId("controls").hidden = !call || OVER.has(call.status);
  if (!call) return;
  byId("status").textContent = `${toNational(call.from)} → ${toNational(call.to)} : ${statusText(call)}`;
  byId("expecting").textContent = expectingText(call);
  const list = byId("transcript");
  for (const [index, entry] of call.transcript.entries()) {
    if (index < shown) continue;
    if (!HIDDEN.has(entry.verb)) list.append(entryItem(entry));
    if (ALOUD.has(entry.verb) && index >= (spoken.get(call.sid) || 0)) speak(entry.text, entry.language);
  }
  spoken.set(call.sid, call.transcript.length);
  if (call.transcript.length > shown) byId("transcript-box").scrollTop = list.scrollHeight;
  shown = call.transcript.length;
  if (OVER.has(call.status)) mine.delete(call.sid);
}

function switchTo(sid) {
  hush();
  current = sid;
  mine.add(sid);
  shown = 0;
  byId("transcript").replaceChildren();
  showCall();
  showOthers();
}

function showOthers() {
  const live = [...mine].filter((sid) => calls.has(sid));
  const buttons = live.length < 2 ? [] : live.map((sid) => {
    const call = calls.get(sid);
    const button = make("button", "", `${toNational(call.number)}`);
    button.type = "button";
    button.setAttribute("aria-pressed", String(sid === current));
    button.addEventListener("click", () => switchTo(sid));
    return button;
  });
  byId("others").replaceChildren(...buttons);
}

// -- telephones that ring ------------------------------------------------------------------

let announced = "";

function showRinging() {
  const ringing = [...calls.values()].filter((call) => call.status === "ringing" && call.direction !== "inbound");
  const key = ringing.map((call) => call.sid).join();
  if (key === announced) return;
  announced = key;
  byId("ringing").replaceChildren(...ringing.flatMap((call) => {
    const whose = call.to === myNumber() ? "Votre téléphone sonne" : `Le ${toNational(call.to)} sonne`;
    const line = make("p", "", `${whose} : appel de ${toNational(call.from)}.`);
    const row = make("div", "row", "");
    for (const [path, label, kind] of [["answer", "Décrocher", "go"], ["refuse", "Refuser", ""]]) {
      const button = make("button", kind, label);
      button.type = "button";
      button.setAttribute("aria-label", `${label} au ${toNational(call.to)}`);
      button.addEventListener("click", () => attempt(async () => {
        await ask(`/control/${path}`, { number: call.to });
        if (path === "answer") switchTo(call.sid);
      }));
      row.append(button);
    }
    return [line, row];
  }));
}

const waiting = new Set();

async function refresh(sid) {
  if (waiting.has(sid)) return;
  waiting.add(sid);
  await new Promise((done) => setTimeout(done, 40));
  waiting.delete(sid);
  const call = await ask(`/control/calls/${sid}`).catch(() => null);
  if (!call) return;
  const before = calls.get(sid);
  if (before && before.entries > call.entries) return;
  calls.set(sid, call);
  if (sid === current) showCall();
  showRinging();
  showOthers();
}

async function refreshAll() {
  const found = await ask("/control/calls");
  for (const call of found.calls) calls.set(call.sid, call);
  if (current) showCall();
  showRinging();
}

// -- texts and debugger --------------------------------------------------------------------

async function refreshTexts() {
  const number = myNumber();
  const found = number ? await ask(`/control/sms?number=${encodeURIComponent(number)}&settle=0`) : { messages: [] };
  const list = byId("texts");
  const items = found.messages.map((message) => {
    const own = message.from === number;
    const item = make("li", own ? "mine" : "received", message.body);
    const other = own ? `à ${toNational(message.to)}` : `de ${toNational(message.from)}`;
    const hour = new Date(message.at).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
    item.prepend(make("span", "who", `${hour} ${other}, ${messageStatus(message)}`));
    return item;
  });
  list.replaceChildren(...(items.length ? items : [make("li", "quiet", "Aucun SMS pour ce numéro.")]));
  byId("texts-box").scrollTop = list.scrollHeight;
}

async function refreshDebugger() {
  const { notes } = await ask("/control/debugger");
  if (!notes.length) return;
  byId("debugger").replaceChildren(...notes.slice(-50).reverse().map((note) => {
    const row = document.createElement("tr");
    const hour = new Date(note.at).toLocaleTimeString("fr-FR");
    for (const text of [hour, note.error_code || "—", note.message, note.url]) row.append(make("td", "", text));
    return row;
  }));
}

// -- what the person does ------------------------------------------------------------------

function press(key) {
  const call = calls.get(current);
  if (!call || OVER.has(call.status)) return;
  hush();
  attempt(() => ask(`/control/calls/${current}/digits`, { digits: key }));
}

function onDial(event) {
  event.preventDefault();
  attempt(async () => {
    const from = byId("hidden").checked ? "anonymous" : myNumber();
    const call = await ask("/control/calls", { from, to: byId("line").value });
    calls.set(call.sid, call);
    switchTo(call.sid);
    byId("transcript-box").focus();
  });
}

function onSpeak(event) {
  event.preventDefault();
  const text = byId("words").value.trim();
  if (!text) return;
  hush();
  attempt(async () => {
    await ask(`/control/calls/${current}/speech`, { text });
    byId("words").value = "";
  });
}

function onSms(event) {
  event.preventDefault();
  attempt(async () => {
    await ask("/control/sms", { from: myNumber(), to: byId("sms-line").value, body: byId("sms-body").value });
    byId("sms-body").value = "";
    await refreshTexts();
  });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
}

function onNumber() {
  sessionStorage.setItem("number", byId("number").value);
  announced = "";
  showRinging();
  refreshTexts();
}

function listen() {
  const events = new EventSource("/control/events");
  events.addEventListener("call", (event) => refresh(JSON.parse(event.data).sid));
  events.addEventListener("sms", refreshTexts);
  events.addEventListener("debugger", refreshDebugger);
  events.addEventListener("open", () => attempt(async () => {
    await Promise.all([refreshAll(), refreshTexts(), refreshDebugger()]);
  }));
}

async function start() {
  const asked = new URLSearchParams(location.search).get("number");
  byId("number").value = asked || sessionStorage.getItem("number") || "06 39 98 12 34";
  for (const key of "123456789*0#") {
    const button = make("button", "", key);
    button.type = "button";
    button.setAttribute("aria-label", { "*": "Étoile", "#": "Dièse" }[key] || `Touche ${key}`);
    button.addEventListener("click", () => press(key));
    byId("keypad").append(button);
  }
  const { lines } = await ask("/control/lines");
  for (const line of lines) {
    const name = line.label ? `${line.label} (${toNational(line.number)})` : toNational(line.number);
    if (line.voice) byId("line").append(new Option(name, line.number));
    if (line.sms) byId("sms-line").append(new Option(name, line.number));
  }
  byId("dial").addEventListener("submit", onDial);
  byId("speak").addEventListener("submit", onSpeak);
  byId("sms").addEventListener("submit", onSms);
  byId("number").addEventListener("change", onNumber);
  byId("mute").addEventListener("change", (event) => setMuted(event.target.checked));
  byId("hangup").addEventListener("click", () => { hush(); attempt(() => ask(`/control/calls/${current}/hangup`, {})); });
  byId("timeout").addEventListener("click", () => attempt(() => ask(`/control/calls/${current}/timeout`, {})));
  document.addEventListener("keydown", onKey);
  listen();
}

attempt(start);
