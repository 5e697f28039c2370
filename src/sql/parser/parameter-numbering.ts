/**
 * Numbers the parameters of one statement as SQLite does: `?` takes the number after the greatest so far, `?7` takes 7,
 * a name takes the number after the greatest when it is new and its own when it is not. `$1` is `?1`, as in PostgreSQL.
 */
export class ParameterNumbering {
  /** The greatest number given so far. */
  count = 0;
  readonly names: (string | null)[] = [];
  private indexByToken: Map<string, number> | null = null;

  anonymous(): number {
    return this.numbered(this.count + 1);
  }

  numbered(index: number): number {
    while (this.count < index) {
      this.names.push(null);
      this.count++;
    }
    return index;
  }

  /** `token` is the name with its sigil: `:a` and `@a` are two parameters. */
  named(token: string): number {
    this.indexByToken ??= new Map();
    const known = this.indexByToken.get(token);
    if (known !== undefined) return known;
    const index = this.anonymous();
    this.names[index - 1] = token.slice(1);
    this.indexByToken.set(token, index);
    return index;
  }
}
