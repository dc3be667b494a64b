// Rings for a crew. Browsers let a page sound only after somebody tapped, so there is a button for it.
let audio = null;

export const isOn = () => audio?.state === "running";

/** To be called within a tap. */
export async function turn(on) {
  if (!on) return audio?.suspend();
  audio ??= new AudioContext();
  await audio.resume();
  ring();
}

/** Two short tones. Silent where nobody turned sound on. */
export function ring() {
  if (!isOn()) return;
  for (const [start, pitch] of [[0, 880], [0.25, 660]]) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.25, audio.currentTime + start);
    loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + start + 0.22);
    tone.connect(loudness).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.25);
  }
}
