import { expect, test } from 'vitest';
import type { Collation } from '../../../src/engine/catalog/definitions.ts';
import { compareValues } from '../../../src/engine/column/compare.ts';
import type { SqlValue } from '../../../src/engine/column/types.ts';
import type { ColumnVector } from '../../../src/engine/column/vector.ts';
import type { ExecutionContext } from '../../../src/sql/executor/execution-context.ts';
import { LazyBatch } from '../../../src/sql/executor/gather.ts';
import { HashPairs } from '../../../src/sql/executor/hash-pairs.ts';
import type { PairSource } from '../../../src/sql/executor/join-pairs.ts';
import { MergePairs } from '../../../src/sql/executor/merge-pairs.ts';
import { RowBuffer } from '../../../src/sql/executor/row-buffer.ts';
import type { BoundExpression } from '../../../src/sql/expressions/bound-expression.ts';
import { STATIC_TYPES } from '../../../src/sql/expressions/static-type.ts';
import type { MergeJoinPlan } from '../../../src/sql/planner/physical-plan.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

type KeyVector = Extract<ColumnVector, { kind: 'number' | 'value' }>;

const CONTEXT = {} as ExecutionContext;
const VALUES: readonly SqlValue[] = [null, null, -1, 0, 1, 1n, 1.5, 2, 2n ** 60n, 2 ** 60, 'a', 'A', 'a ', 'b', '1'];
const NUMBERS: readonly number[] = [-3, 0, 1, 1, 1, 2.5, 7, 2 ** 53];

const type = STATIC_TYPES.ANY;
const key = {
  kind: 'column',
  index: 0,
  name: 'k',
  type,
  collation: 'BINARY',
  affinity: null,
} as unknown as BoundExpression;

/** Pairs as positions of both sides, found so many at a time. */
function pairsOf(source: PairSource, left: KeyVector[], right: KeyVector[], step: number, settles: boolean): string[] {
  const found: string[] = [];
  source.open();
  const rows = new RowBuffer([right[0]?.kind === 'number' ? 'real' : 'any']);
  for (const vector of right) {
    const batch = new LazyBatch(vector.values.length, () => vector);
    source.collect(batch, CONTEXT);
    rows.append(batch);
  }
  source.build(rows);
  let base = 0;
  for (const vector of left) {
    const count = vector.values.length;
    source.probe(new LazyBatch(count, () => vector), CONTEXT);
    const settled = new Uint8Array(count);
    const leftRows = new Int32Array(step);
    const rightRows = new Int32Array(step);
    for (let n = source.fill(leftRows, rightRows, settled); n > 0; n = source.fill(leftRows, rightRows, settled)) {
      for (let i = 0; i < n; i++) {
        found.push(`${base + leftRows[i]}-${rightRows[i]}`);
        if (settles && rightRows[i] % 2 === 0) settled[leftRows[i]] = 1;
      }
    }
    base += count;
  }
  return found;
}

test('merging finds the pairs that hashing finds, in the same order', () => {
  const random = new SeededRandom(5);
  for (let round = 0; round < 200; round++) {
    const collation: Collation = round % 3 === 0 ? 'NOCASE' : round % 3 === 1 ? 'RTRIM' : 'BINARY';
    const isPlain = round % 4 === 0;
    const side = (): KeyVector[] => {
      const all: SqlValue[] = Array.from({ length: random.u32() % 40 }, () =>
        isPlain ? NUMBERS[random.u32() % NUMBERS.length] : VALUES[random.u32() % VALUES.length],
      ).sort((a, b) => compareValues(a, b, collation));
      const vectors: KeyVector[] = [];
      for (let from = 0; from < all.length; from += 7) {
        const values = all.slice(from, from + 7);
        vectors.push(
          isPlain
            ? { kind: 'number', values: Float64Array.from(values as number[]), nulls: null }
            : { kind: 'value', values },
        );
      }
      return vectors;
    };
    const [left, right] = [side(), side()];
    const columns = [{ type: isPlain ? STATIC_TYPES.REAL : type }];
    const own = { ...key, type: columns[0].type } as BoundExpression;
    const plan = {
      leftKey: own,
      rightKey: own,
      collation,
      left: { columns },
      right: { columns },
    } as unknown as MergeJoinPlan;
    const keys = { leftKeys: [own], rightKeys: [own], collations: [collation], nullsEqual: [false] };
    const kind = isPlain ? 'real' : 'any';
    for (const firstOnly of [false, true]) {
      for (const step of [1, 3, 100]) {
        for (const settles of [false, true]) {
          const merged = pairsOf(new MergePairs(plan, firstOnly), left, right, step, settles);
          const hashed = pairsOf(new HashPairs(keys, [kind], [kind], firstOnly), left, right, step, settles);
          expect(merged).toEqual(hashed);
        }
      }
    }
  }
});
