import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { castFunction } from '../../expressions/values/typed-cast.ts';
import { checkTextLength } from '../define.ts';
import type { AggregateDefinition, AggregateState } from './definition.ts';

/** group_concat(x), group_concat(x, separator), string_agg(x, separator): in the order in which rows arrive. */
class ConcatState implements AggregateState {
  private readonly name: string;
  private readonly texts: (string | null)[] = [];
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
    }
  }

  result(group: number): SqlValue {
    return this.texts[group];
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
