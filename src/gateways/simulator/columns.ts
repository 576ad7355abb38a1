/** A growing column of numbers: four or eight bytes an entry, where an array of objects would cost a hundred. */
export class Column {
  private values: Int32Array | Float64Array;

  constructor(private readonly kind: typeof Int32Array | typeof Float64Array) {
    this.values = new kind(1_024);
  }

  at(index: number): number {
    return this.values[index] ?? -1;
  }

  set(index: number, value: number): void {
    if (index >= this.values.length) {
      const wider = new this.kind(this.values.length * 2);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[index] = value;
  }
}

/** Gives each different word a small number, for good. */
export class Words {
  private readonly ids = new Map<string, number>();
  private readonly words: string[] = [];

  id(word: string): number {
    const known = this.ids.get(word);
    if (known !== undefined) return known;
    const id = this.words.length;
    this.ids.set(word, id);
    this.words.push(word);
    return id;
  }

  find(word: string): number | undefined {
    return this.ids.get(word);
  }

  word(id: number): string {
    return this.words[id] ?? '';
  }
}
