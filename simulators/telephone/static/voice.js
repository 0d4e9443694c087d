// Reads aloud what the line says, one sentence after the other.

const engine = window.speechSynthesis;
let muted = false;

export function setMuted(value) {
  muted = value;
  if (muted) hush();
}

export function hush() {
  if (engine) engine.cancel();
}

export function speak(text, language) {
  if (muted || !engine) return;
  const sentence = new SpeechSynthesisUtterance(text);
  sentence.lang = language || "fr-FR";
  const voice = engine.getVoices().find((one) => one.lang.replace("_", "-") === sentence.lang);
  if (voice) sentence.voice = voice;
  engine.speak(sentence);
}
