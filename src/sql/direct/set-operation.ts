import type { Collation, SqlValue } from '../../engine/column/types.ts';
import type { SetOperationNode } from '../binder/logical-plan.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { Frame } from './frame.ts';
import { KeptRows } from './kept-rows.ts';
import { type Key, rowKey } from './key.ts';
import { inOrderOfValues } from './sort.ts';

/** The rows of one side, handed to the operation. */
class Side implements RowSink {
  source!: RowSource;
  private readonly columns: KeptRows;
  private takeRow!: (row: SqlValue[]) => boolean;

  constructor(columns: KeptRows) {
    this.columns = columns;
  }

  take(): boolean {
    return this.takeRow(this.columns.save());
  }

  run(takeRow: (row: SqlValue[]) => boolean): boolean {
    this.takeRow = takeRow;
    return this.source.run();
  }
}

/** UNION, INTERSECT and EXCEPT, whose rows come in order, and UNION ALL. NULLs are equal here. */
export class SetOperation implements RowSource {
  readonly left: Side;
  readonly right: Side;
  private readonly node: SetOperationNode;
  private readonly columns: KeptRows;
  private readonly collations: readonly Collation[];
  private readonly sink: RowSink;

  constructor(node: SetOperationNode, frame: Frame, sink: RowSink) {
    const kept = (columns: SetOperationNode['columns']) =>
      new KeptRows(
        columns.map(({ id }) => id),
        frame,
      );
    this.left = new Side(kept(node.left.columns));
    this.right = new Side(kept(node.right.columns));
    this.node = node;
    this.columns = kept(node.columns);
    this.collations = node.collations.map((collation) => collation ?? 'BINARY');
    this.sink = sink;
  }

  run(): boolean {
    const handOn = (row: SqlValue[]): boolean => {
      this.columns.restore(row);
      return this.sink.take();
    };
    if (this.node.all) return this.left.run(handOn) && this.right.run(handOn);
    const rows = this.distinctRows();
    inOrderOfValues(rows, this.collations);
    return rows.every(handOn);
  }

  private distinctRows(): SqlValue[][] {
    const { collations, node } = this;
    const rows: SqlValue[][] = [];
    const others = new Set<Key>();
    const seen = new Set<Key>();
    const isUnion = node.operator === 'UNION';
    const wanted = node.operator === 'INTERSECT';
    const add = (row: SqlValue[]): boolean => {
      const key = rowKey(row, collations);
      if (seen.has(key) || (!isUnion && others.has(key) !== wanted)) return true;
      seen.add(key);
      rows.push(row);
      return true;
    };
    // Of rows that are equal but not the same, UNION yields those of the right side.
    const count = (row: SqlValue[]): boolean => {
      others.add(rowKey(row, collations));
      return true;
    };
    this.right.run(isUnion ? add : count);
    this.left.run(add);
    return rows;
  }
}
