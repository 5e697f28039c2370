import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { textOf } from '../../expressions/values/text.ts';
import { checkTextLength } from '../define.ts';
import { encodeJsonb } from '../json/blob.ts';
import { escapeText } from '../json/escape.ts';
import { JSON_QUOTE, KNOWN_JSON } from '../json/functions.ts';
import { documentOf } from '../json/value.ts';
import type { AggregateDefinition, AggregateState, JsonAggregation } from './definition.ts';

/** json_group_array, json_group_object and their like: values arrive as JSON texts, which are joined. */
class GroupState implements AggregateState {
  private readonly parts: string[][] = [];
  private readonly physical: readonly PhysicalKind[];
  private readonly isBinary: boolean;

  constructor(types: readonly StaticType[], isBinary: boolean) {
    this.physical = types.map(physicalKindOf);
    this.isBinary = isBinary;
  }

  ensureGroups(groupCount: number): void {
    while (this.parts.length < groupCount) this.parts.push([]);
  }

  update(
    groupIds: Uint32Array | null,
    args: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    const last = args.length - 1;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const parts = this.parts[groupIds === null ? 0 : groupIds[row]];
      const value = valueAt(args[last], this.physical[last], row) as string;
      if (last === 0) parts.push(value);
      else {
        const label = valueAt(args[0], this.physical[0], row);
        // A member without a label is left out.
        if (label !== null) parts.push(`"${escapeText(textOf(label))}":${value}`);
      }
    }
  }

  result(group: number): SqlValue {
    const parts = this.parts[group];
    checkTextLength(
      parts.reduce((length, part) => length + part.length + 1, 1),
      'json_group_array',
    );
    const joined = parts.join(',');
    const text = this.physical.length === 1 ? `[${joined}]` : `{${joined}}`;
    return this.isBinary ? encodeJsonb(documentOf(text)) : text;
  }
}

function grouping(name: string, argumentCount: 1 | 2, isBinary: boolean): AggregateDefinition {
  const json: JsonAggregation = { quoted: [argumentCount - 1], quote: JSON_QUOTE, known: KNOWN_JSON };
  return {
    name,
    minArguments: argumentCount,
    maxArguments: argumentCount,
    resultType: () => (isBinary ? STATIC_TYPES.BLOB : STATIC_TYPES.TEXT),
    create: ({ argumentTypes }) => new GroupState(argumentTypes, isBinary),
    json,
  };
}

export const JSON_AGGREGATES: readonly AggregateDefinition[] = [
  grouping('json_group_array', 1, false),
  grouping('jsonb_group_array', 1, true),
  grouping('json_group_object', 2, false),
  grouping('jsonb_group_object', 2, true),
  // PostgreSQL's names.
  grouping('json_agg', 1, false),
  grouping('jsonb_agg', 1, false),
  grouping('json_object_agg', 2, false),
  grouping('jsonb_object_agg', 2, false),
];
