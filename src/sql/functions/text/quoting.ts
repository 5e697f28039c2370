import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { textOf } from '../../expressions/values/text.ts';
import { hexOf } from '../../expressions/values/value-key.ts';
import { checkTextLength, define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { quotedText } from '../format/texts.ts';
import { codePointText } from './characters.ts';

/** The SQL literal of a value; `escapes` writes a text with control characters as unistr('…'). */
export function quoteValue(value: SqlValue, escapes = false): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) {
    checkTextLength(2 * value.length + 3, 'quote');
    return `X'${hexOf(value)}'`;
  }
  if (typeof value === 'string') return quotedText(value, escapes);
  if (value === Number.POSITIVE_INFINITY) return '9.0e+999';
  return value === Number.NEGATIVE_INFINITY ? '-9.0e+999' : textOf(value);
}

/** `\\XXXX`, `\\uXXXX`, `\\+XXXXXX`, `\\UXXXXXXXX` and `\\\\`, as PostgreSQL has it. */
function unistr([value]: readonly SqlValue[]): SqlValue {
  return textOf(present(value)).replace(
    /\\(?:(\\)|u?([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|U([0-9a-fA-F]{8})|)/g,
    (sequence: string, backslash?: string, four?: string, six?: string, eight?: string) => {
      const digits = four ?? six ?? eight;
      if (digits !== undefined) return codePointText(BigInt(`0x${digits}`));
      if (backslash !== undefined) return '\\';
      throw new HeliosError('INVALID_VALUE', `invalid Unicode escape ${JSON.stringify(sequence)} in unistr()`, {
        hint: 'Write \\XXXX, \\uXXXX, \\+XXXXXX, \\UXXXXXXXX in hexadecimal digits, or \\\\ for a backslash.',
      });
    },
  );
}

/** PostgreSQL's: everything as a text literal. */
function quoteLiteral([value]: readonly SqlValue[]): SqlValue {
  const text = textOf(present(value));
  checkTextLength(2 * text.length + 2, 'quote_literal');
  return `'${text.replaceAll("'", "''")}'`;
}

/** In double quotes unless it is a lower-case word. */
function quoteIdentifier([value]: readonly SqlValue[]): SqlValue {
  const name = textOf(present(value));
  checkTextLength(2 * name.length + 2, 'quote_ident');
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export const QUOTING_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('quote', 1, 'TEXT', ([value]) => quoteValue(value), { nullPropagating: false, decimals: 'REAL' }),
  define('unistr', 1, 'TEXT', unistr),
  define('unistr_quote', 1, 'TEXT', ([value]) => quoteValue(value, true), { nullPropagating: false }),
  define('quote_literal', 1, 'TEXT', quoteLiteral),
  define('quote_nullable', 1, 'TEXT', (args) => (args[0] === null ? 'NULL' : quoteLiteral(args)), {
    nullPropagating: false,
  }),
  define('quote_ident', 1, 'TEXT', quoteIdentifier),
];
