import type { QualifiedName, SourceRange } from '../ast/node.ts';
import type { ColumnOrigin } from './scope.ts';

/** `name`, `table.name` or `table.*`, and the column of a table that it stands for; of `*` any one of them. */
export interface ColumnReference {
  readonly node: SourceRange & { readonly kind: 'column' | 'star-column'; readonly table: string | null };
  readonly origin: ColumnOrigin;
}

/** What the names of a text stand for, as its binding finds out: what ALTER TABLE rewrites goes by this. */
export class References {
  /** Ids of the tables and views. */
  readonly relations = new Map<QualifiedName, number>();
  readonly columns: ColumnReference[] = [];

  column(node: ColumnReference['node'], origin: ColumnOrigin | null | undefined): void {
    if (origin) this.columns.push({ node, origin });
  }
}
