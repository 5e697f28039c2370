import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { castFunction } from '../../expressions/values/typed-cast.ts';
import { checkTextLength } from '../define.ts';
import type { AggregateDefinition, AggregateState } from './definition.ts';

/**
 * What the texts of a sliding window are joined by. As SQLite, it reckons in lengths: a text takes as much with it as the
 * separator behind it is long, and once nothing is left the next text is a first one.
 */
class Separators {
  /** Texts that are joined. */
  count = 0;
  private firstLength = 0;
  /** The lengths, once they are not all the first one's. */
  private lengths: number[] | null = null;
  private gone = 0;

  add(length: number, isFirst: boolean): void {
    if (isFirst) this.firstLength = length;
    else if (this.lengths !== null || length !== this.firstLength) {
      this.lengths ??= new Array<number>(this.count - 1).fill(this.firstLength);
      this.lengths.push(length);
    }
    this.count++;
  }

  /** The length of the one behind the text that goes. */
  remove(): number {
    this.count--;
    if (this.lengths === null) return this.firstLength;
    return this.count > 0 ? (this.lengths[this.gone++] ?? 0) : 0;
  }

  clear(): void {
    this.lengths = null;
    this.gone = 0;
  }
}

/** Of memory: V8 keeps a text that was joined as a tree of its parts until it is read. */
const JOINED_BYTES = 64;

/** group_concat(x), group_concat(x, separator), string_agg(x, separator): in the order in which rows arrive. */
class ConcatState implements AggregateState {
  private readonly name: string;
  private readonly texts: (string | null)[] = [];
  private keptBytes = 0;
  /** Of group 0, when it is the only one. */
  private readonly separators = new Separators();
  private readonly physical: readonly PhysicalKind[];
  private readonly toText: readonly ((value: SqlValue) => SqlValue)[];

  constructor(name: string, types: readonly StaticType[]) {
    this.name = name;
    this.physical = types.map(physicalKindOf);
    this.toText = types.map((type) => castFunction(type, 'TEXT'));
  }

  ensureGroups(groupCount: number): void {
    while (this.texts.length < groupCount) this.texts.push(null);
  }

  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const text = this.textAt(args, 0, row);
      if (text === null) continue;
      const group = groupIds === null ? 0 : groupIds[row];
      const before = this.texts[group];
      const separator = args.length === 1 ? ',' : (this.textAt(args, 1, row) ?? '');
      if (before !== null) checkTextLength(before.length + separator.length + text.length, this.name);
      this.texts[group] = before === null ? text : before + separator + text;
      this.keptBytes += JOINED_BYTES + separator.length + text.length;
      if (groupIds === null) this.separators.add(separator.length, before === null);
    }
  }

  sizeBytes(): number {
    return this.texts.length * JOINED_BYTES + this.keptBytes;
  }

  /** Of a window that slides: the oldest texts go. */
  remove(args: readonly ColumnVector[], rows: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const text = this.textAt(args, 0, rows[i]);
      if (text === null) continue;
      const left = (this.texts[0] ?? '').slice(text.length + this.separators.remove());
      this.texts[0] = left === '' ? null : left;
      if (left === '') this.separators.clear();
    }
  }

  result(group: number): SqlValue {
    const text = this.texts[group];
    return text === null && group === 0 && this.separators.count > 0 ? '' : text;
  }

  private textAt(args: readonly ColumnVector[], argument: number, row: number): string | null {
    const value = valueAt(args[argument], this.physical[argument], row);
    return this.toText[argument](value) as string | null;
  }
}

function concatenation(name: string, minArguments: number): AggregateDefinition {
  return {
    name,
    decimals: 'keep',
    minArguments,
    maxArguments: 2,
    resultType: () => STATIC_TYPES.TEXT,
    create: ({ argumentTypes }) => new ConcatState(name, argumentTypes),
  };
}

export const TEXT_AGGREGATES: readonly AggregateDefinition[] = [
  concatenation('group_concat', 1),
  concatenation('string_agg', 2),
];
