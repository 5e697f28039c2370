import type { Expression } from '../ast/expressions.ts';
import type { ResultColumn } from '../ast/select.ts';
import { foldName } from './names.ts';

/** The aliases of a result, gone through when a name is looked for that no column of FROM has: mostly never. */
export class ResultAliases {
  private readonly columns: readonly ResultColumn[];
  private byName: Map<string, Expression> | null = null;

  constructor(columns: readonly ResultColumn[]) {
    this.columns = columns;
  }

  /** Of several of one name the first wins. */
  get(foldedName: string): Expression | undefined {
    return this.all().get(foldedName);
  }

  /** Folded. */
  names(): Iterable<string> {
    return this.all().keys();
  }

  private all(): ReadonlyMap<string, Expression> {
    if (this.byName !== null) return this.byName;
    this.byName = new Map();
    for (const column of this.columns) {
      if (column.kind !== 'expression-column' || column.alias === null) continue;
      const key = foldName(column.alias);
      if (!this.byName.has(key)) this.byName.set(key, column.expression);
    }
    return this.byName;
  }
}
