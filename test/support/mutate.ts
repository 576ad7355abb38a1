/** Inputs that nobody meant: what a gateway says, cut, doubled, bent, or replaced by something of another kind. */

type Chance = () => number;

/** A small generator (mulberry32): the same seed, the same inputs. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(from: readonly T[], chance: Chance): T => from[Math.floor(chance() * from.length)]!;

const ODD: readonly unknown[] = [
  null, true, 0, -1, 1e308, 2 ** 60, '', ' ', '\u0000', '\ud800', '退订', 'td1', `td${'z'.repeat(40)}`, '9'.repeat(400), [], {}, [[]],
  { __proto__: 1 }, '20260230000000', '2026-01-05 09:30:15', '0000-00-00 00:00:00', '9999-99-99 99:99:99', 'a'.repeat(5_000), '{"a":', '=?UTF-8?B?////?=',
]; // prettier-ignore

function bentValue(value: unknown, chance: Chance): unknown {
  if (chance() < 0.2) return pick(ODD, chance);
  if (Array.isArray(value)) return value.map((one) => bentValue(one, chance));
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    const roll = chance();
    if (roll < 0.1) return [];
    return [[roll < 0.15 ? `${name}x` : name, bentValue(one, chance)]];
  });
  return Object.fromEntries(chance() < 0.05 ? [...pairs, ['__proto__', 1], ['constructor', 'x']] : pairs);
}

function bentText(text: string, chance: Chance): string {
  const at = Math.floor(chance() * (text.length + 1));
  switch (Math.floor(chance() * 6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + String.fromCharCode(Math.floor(chance() * 65_536)) + text.slice(at + 1);
    case 2:
      return (
        text.slice(0, at) + text.slice(Math.max(0, at - 50), at).repeat(1 + Math.floor(chance() * 40)) + text.slice(at)
      );
    case 3:
      return '['.repeat(Math.floor(chance() * 3_000)) + text;
    case 4:
      return Buffer.from(text, 'utf8').toString('base64');
    default:
      return Array.from({ length: Math.floor(chance() * 200) }, () =>
        String.fromCharCode(Math.floor(chance() * (chance() < 0.5 ? 128 : 65_536))),
      ).join('');
  }
}

/** One more input made of one of the samples. */
export function mutated(samples: readonly string[], chance: Chance): string {
  const sample = pick(samples, chance);
  let text = sample;
  if (chance() < 0.6) {
    try {
      text = JSON.stringify(bentValue(JSON.parse(sample), chance)) ?? '';
    } catch {
      text = bentText(sample, chance);
    }
  }
  return chance() < 0.5 ? bentText(text, chance) : text;
}
