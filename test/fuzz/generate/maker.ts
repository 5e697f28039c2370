import type { SeededRandom } from '../../sim/seeded-random.ts';
import type { Features } from './features.ts';

export type ColumnKind = 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB' | 'ANY';

export interface ColumnInfo {
  readonly name: string;
  readonly kind: ColumnKind;
  /** INTEGER PRIMARY KEY. */
  readonly isRowid?: boolean;
  readonly isGenerated?: boolean;
  /** The column of a parent whose values a foreign key asks for. */
  readonly references?: Parent;
}

export interface Parent {
  readonly table: string;
  readonly column: string;
  /** All columns of the key. */
  readonly order: string;
}

export interface TableInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  /** Names whose values, together, make a row unique and are not NULL: `rowid`, or a primary key; none for views. */
  readonly key: readonly string[];
  readonly isView: boolean;
  /** Whether it is a view with INSTEAD OF triggers. */
  readonly takesChanges?: boolean;
  /** Columns of which no two rows have the same values, by constraints or indexes. */
  readonly uniques: (readonly string[])[];
  /** About how many rows it may have. */
  readonly rows: number;
}

/** The columns that INSERT and UPDATE may give values. */
export function writable({ columns }: TableInfo): readonly ColumnInfo[] {
  return columns.filter(({ isGenerated = false }) => !isGenerated);
}

export interface ScopeColumn {
  readonly sql: string;
  readonly kind: ColumnKind;
}

/** What an expression may name. */
export interface Scope {
  readonly columns: readonly ScopeColumn[];
  /** Terms that tell the rows of the scope apart; empty: nothing does. */
  readonly key: readonly string[];
  readonly outer: Scope | null;
  /** About how many rows may come by, for all rows of the scopes around it together. */
  readonly rows: number;
  /** Whether its expressions hold no subqueries. */
  readonly isAlone?: boolean;
}

export const NO_SCOPE: Scope = { columns: [], key: [], outer: null, rows: 1 };

/** What one random database knows of itself while statements for it are made. */
export class Maker {
  readonly random: SeededRandom;
  readonly features: Features;
  readonly tables: TableInfo[] = [];
  /** WITH tables of the statement that is being made. */
  commonTables: TableInfo[] = [];
  /** Whether integers at the ends of 64 bits occur in this database: most arithmetic on them overflows. */
  readonly hasExtremes: boolean;
  /** Whether ANY columns hold values of every class. */
  readonly isMixed: boolean;
  /** Names of tables with triggers, which tell in which order rows are changed. */
  readonly triggered = new Set<string>();
  readonly hasForeignKeys: boolean;
  /** Whether texts are often dates. */
  readonly hasDates: boolean;
  /** Whether texts are often JSON. */
  readonly hasJson: boolean;
  private aliases = 0;

  constructor(random: SeededRandom, features: Features) {
    this.random = random;
    this.features = features;
    this.hasExtremes = random.chance(0.15);
    this.isMixed = random.chance(0.4);
    this.hasForeignKeys = random.chance(0.25);
    this.hasDates = random.chance(0.2);
    this.hasJson = random.chance(0.25);
  }

  /** For each statement. */
  reset(): void {
    this.aliases = 0;
    this.commonTables = [];
  }

  alias(): string {
    return `q${this.aliases++}`;
  }

  chance(probability: number): boolean {
    return this.random.chance(probability);
  }

  pick<Item>(items: readonly Item[]): Item {
    return this.random.pick(items);
  }

  /** One of the makers, by weight. */
  choose<Result>(choices: readonly (readonly [weight: number, make: () => Result])[]): Result {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let at = this.random.fraction() * total;
    for (const [weight, make] of choices) {
      at -= weight;
      if (at < 0) return make();
    }
    return choices[choices.length - 1][1]();
  }

  list(from: number, to: number, make: (index: number) => string, separator = ', '): string {
    return Array.from({ length: this.random.between(from, to) }, (_, i) => make(i)).join(separator);
  }

  /** Some of the items, in a random order; at least one. */
  some<Item>(items: readonly Item[], most = items.length): Item[] {
    const shuffled = this.random.shuffle([...items]);
    return shuffled.slice(0, this.random.between(1, Math.max(1, Math.min(most, items.length))));
  }
}
