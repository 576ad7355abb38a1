/** An id takes two numbers, its content one. */
const SLOT = 3;

/** 64 bits of a text, fast and well mixed (cyrb53's two halves). For comparing rows within a file, not for secrets. */
function hash(text: string): readonly [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  // A slot whose key is 0 is free.
  return [a >>> 0, b >>> 0 || 1];
}

/**
 * The external ids that a file has brought already, and with what content: 24 to 48 bytes a row, so that a million rows do
 * not fill the memory as a map of texts would.
 */
export class Seen {
  private table = new Uint32Array(SLOT * 1024);
  private size = 0;

  /** What this row is: the first of its id, the same again, or another content under the same id. */
  compare(id: string, content: string): 'first' | 'same' | 'other' {
    const [k1, k2] = hash(id);
    const at = this.place(this.table, k1, k2);
    if (this.table[at + 1] === 0) return 'first';
    return this.table[at + 2] === hash(content)[0] ? 'same' : 'other';
  }

  remember(id: string, content: string): void {
    if (this.size * SLOT * 2 >= this.table.length) this.grow();
    const [k1, k2] = hash(id);
    const at = this.place(this.table, k1, k2);
    if (this.table[at + 1] !== 0) return;
    this.size += 1;
    this.table.set([k1, k2, hash(content)[0]], at);
  }

  private place(table: Uint32Array, k1: number, k2: number): number {
    const slots = table.length / SLOT;
    for (let slot = k1 % slots; ; slot = (slot + 1) % slots) {
      const at = slot * SLOT;
      if (table[at + 1] === 0 || (table[at] === k1 && table[at + 1] === k2)) return at;
    }
  }

  private grow(): void {
    const larger = new Uint32Array(this.table.length * 2);
    for (let i = 0; i < this.table.length; i += SLOT) {
      if (this.table[i + 1] === 0) continue;
      larger.set(this.table.subarray(i, i + SLOT), this.place(larger, this.table[i]!, this.table[i + 1]!));
    }
    this.table = larger;
  }
}
