/** One-time codes of RFC 6238 as authenticator apps take them: SHA-1, 6 digits, steps of 30 seconds. */
export type HmacSha1 = (key: Uint8Array, message: Uint8Array) => Uint8Array;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;
/** A telephone's clock may be one step off (RFC 6238 §5.2). */
const DRIFT = 1;

/** Base32 of RFC 4648 without padding: the form in which a secret is typed into an app. */
export function base32(bytes: Uint8Array): string {
  let [text, bits, held] = ['', 0, 0];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

/** The bytes of a base32 text; what is no base32 letter is passed over. */
export function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let [bits, held] = [0, 0];
  for (const letter of text.toUpperCase()) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) continue;
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >>> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}

export const stepOf = (at: number): number => Math.floor(at / STEP_MS);

/** The six digits of one step (RFC 4226 §5.3: dynamic truncation). */
export function codeOf(secret: string, step: number, hmac: HmacSha1): string {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(step));
  const mac = hmac(fromBase32(secret), counter);
  const from = mac[mac.length - 1]! & 15;
  const number = new DataView(mac.buffer, mac.byteOffset).getUint32(from) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** The step whose code this is, at an instant; null where it is none, or a step that was used already. */
export function matchingStep(
  secret: string,
  code: string,
  at: number,
  usedStep: number | null,
  hmac: HmacSha1,
): number | null {
  const now = stepOf(at);
  for (let step = now - DRIFT; step <= now + DRIFT; step += 1) {
    if (usedStep !== null && step <= usedStep) continue;
    if (codeOf(secret, step, hmac) === code) return step;
  }
  return null;
}
