import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { canonicalJson } from '../../expressions/values/json-text.ts';
import { textOf } from '../../expressions/values/text.ts';
import { checkTextLength } from '../define.ts';
import { encodeJsonb } from '../json/blob.ts';
import { escapeText } from '../json/escape.ts';
import { JSON_QUOTE, JSON_QUOTE_TYPED, KNOWN_JSON, POSTGRES_JSONB } from '../json/functions.ts';
import { documentOf } from '../json/value.ts';
import type { AggregateDefinition, AggregateState, JsonAggregation } from './definition.ts';

/** Of memory, beside its characters. */
const PART_BYTES = 48;

/** json_group_array, json_group_object and their like: values arrive as JSON texts, which are joined. */
class GroupState implements AggregateState {
  private readonly parts: string[][] = [];
  private keptBytes = 0;
  private readonly physical: readonly PhysicalKind[];
  private readonly form: Form;

  constructor(types: readonly StaticType[], form: Form) {
    this.physical = types.map(physicalKindOf);
    this.form = form;
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
      this.keptBytes += PART_BYTES + value.length;
      if (last === 0) parts.push(value);
      else {
        const label = valueAt(args[0], this.physical[0], row);
        // A member without a label is left out.
        if (label !== null) parts.push(`"${escapeText(textOf(label))}":${value}`);
      }
    }
  }

  sizeBytes(): number {
    return this.parts.length * PART_BYTES + this.keptBytes;
  }

  result(group: number): SqlValue {
    const parts = this.parts[group];
    checkTextLength(
      parts.reduce((length, part) => length + part.length + 1, 1),
      'json_group_array',
    );
    const joined = parts.join(',');
    const text = this.physical.length === 1 ? `[${joined}]` : `{${joined}}`;
    switch (this.form) {
      case 'text':
        return text;
      case 'blob':
        return encodeJsonb(documentOf(text));
      case 'json':
      case 'jsonb':
        return canonicalJson(text, this.form === 'jsonb');
    }
  }
}

type Form = 'text' | 'blob' | 'json' | 'jsonb';

const TYPES: { readonly [F in Form]: StaticType } = {
  text: STATIC_TYPES.TEXT,
  blob: STATIC_TYPES.BLOB,
  json: STATIC_TYPES.JSON,
  jsonb: POSTGRES_JSONB,
};

function grouping(name: string, argumentCount: 1 | 2, form: Form): AggregateDefinition {
  const isSqlite = form === 'text' || form === 'blob';
  const json: JsonAggregation = {
    quoted: [argumentCount - 1],
    quote: isSqlite ? JSON_QUOTE : JSON_QUOTE_TYPED,
    known: KNOWN_JSON,
  };
  return {
    name,
    minArguments: argumentCount,
    maxArguments: argumentCount,
    resultType: () => TYPES[form],
    create: ({ argumentTypes }) => new GroupState(argumentTypes, form),
    json,
  };
}

export const JSON_AGGREGATES: readonly AggregateDefinition[] = [
  grouping('json_group_array', 1, 'text'),
  grouping('jsonb_group_array', 1, 'blob'),
  grouping('json_group_object', 2, 'text'),
  grouping('jsonb_group_object', 2, 'blob'),
  // PostgreSQL's names.
  grouping('json_agg', 1, 'json'),
  grouping('jsonb_agg', 1, 'jsonb'),
  grouping('json_object_agg', 2, 'json'),
  grouping('jsonb_object_agg', 2, 'jsonb'),
];
