/** Where the rows of keys lie: stretches of sorted runs, in the order of the keys. */
export class Stretches {
  count = 0;
  keys = new Uint32Array(64);
  runs = new Uint32Array(64);
  froms = new Uint32Array(64);
  tos = new Uint32Array(64);

  clear(): void {
    this.count = 0;
  }

  add(key: number, run: number, from: number, to: number): void {
    if (this.count === this.keys.length) this.grow();
    this.keys[this.count] = key;
    this.runs[this.count] = run;
    this.froms[this.count] = from;
    this.tos[this.count++] = to;
  }

  /** Adds the stretches of the key that came last for another one. */
  repeat(last: number, key: number): void {
    const end = this.count;
    let first = end;
    while (first > 0 && this.keys[first - 1] === last) first--;
    for (let s = first; s < end; s++) this.add(key, this.runs[s], this.froms[s], this.tos[s]);
  }

  private grow(): void {
    const grown = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const into = new Uint32Array(from.length * 2);
      into.set(from);
      return into;
    };
    this.keys = grown(this.keys);
    this.runs = grown(this.runs);
    this.froms = grown(this.froms);
    this.tos = grown(this.tos);
  }
}
