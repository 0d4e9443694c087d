// Requests to the simulator, and the French forms of what it says.

export async function ask(path, body) {
  const init = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const address = body === undefined ? path : `${path}?settle=0`;
  let answer;
  try {
    answer = await fetch(address, init);
  } catch {
    throw new Error("Le réseau de démonstration ne répond plus.");
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error || `Refus du réseau (${answer.status}).`);
  return data;
}

export function toInternational(text) {
  const digits = text.replace(/[\s.\-()]/g, "");
  if (/^0[1-9]\d{8}$/.test(digits)) return `+33${digits.slice(1)}`;
  return digits;
}

export function toNational(number) {
  const found = /^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(number);
  if (found) return `0${found.slice(1).join(" ")}`;
  if (number === "anonymous") return "numéro masqué";
  return number.replace(/^client:/, "poste ");
}

const STATUS = {
  queued: "Appel en préparation…", ringing: "Ça sonne…", "in-progress": "En communication",
  completed: "Appel terminé", busy: "Occupé", failed: "Appel impossible",
  "no-answer": "Sans réponse", canceled: "Appel annulé",
};

export function statusText(call) {
  const parts = [STATUS[call.status] || call.status];
  if (call.queue) parts.push(`en attente (file « ${call.queue.name} »)`);
  if (call.talking_to.length) parts.push(`avec ${call.talking_to.map(toNational).join(", ")}`);
  return parts.join(" — ");
}

export function expectingText(call) {
  const expecting = call.expecting;
  if (!expecting) return "";
  if (expecting.record) return "La ligne enregistre : parlez, puis tapez # ou raccrochez.";
  const { input, num_digits: count } = expecting.gather;
  const keys = count === 1 ? "une touche" : count ? `${count} touches` : "des touches";
  if (input.length === 2) return `La ligne attend ${keys}, ou une phrase.`;
  return input[0] === "dtmf" ? `La ligne attend ${keys}.` : "La ligne attend une phrase.";
}

export const OVER = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);

const MESSAGE_STATUS = {
  queued: "en file", sent: "envoyé", delivered: "remis", undelivered: "non remis",
  failed: "échec", received: "reçu par la ligne",
};

export function messageStatus(message) {
  const code = message.error_code ? ` (erreur ${message.error_code})` : "";
  return (MESSAGE_STATUS[message.status] || message.status) + code;
}
