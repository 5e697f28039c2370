import type { SqlValue } from '../../../engine/column/types.ts';
import { integerOf, realOf } from '../../expressions/values/numeric.ts';
import { beforeNul, textOf } from '../../expressions/values/text.ts';
import { alias, checkTextLength, define } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { type Directive, parseDirective } from './directive.ts';
import { formatInteger, formatReal } from './numbers.ts';
import { formatJson, formatQuoted, formatText, repeatedCharacter } from './texts.ts';

/** printf() as SQLite defines it: missing arguments are NULL, an unknown conversion ends the text. */
function format([pattern = null, ...args]: readonly SqlValue[]): SqlValue {
  if (pattern === null) return null;
  const text = beforeNul(textOf(pattern));
  const parts: string[] = [];
  let length = 0;
  let next = 0;
  const take = (): SqlValue => args[next++] ?? null;
  const add = (part: string): void => {
    length += part.length;
    checkTextLength(length, 'printf');
    parts.push(part);
  };
  for (let at = 0; at < text.length; ) {
    const percent = text.indexOf('%', at);
    if (percent !== at) add(percent < 0 ? text.slice(at) : text.slice(at, percent));
    if (percent < 0) break;
    if (percent + 1 === text.length) {
      add('%');
      break;
    }
    const directive = parseDirective(text, percent + 1, () => integerOf(take() ?? 0n));
    // Nothing is longer than what its width and precision ask for, but for the value itself.
    checkTextLength(length + directive.width, 'printf');
    const part = convert(directive, take);
    if (part === null) break;
    add(part);
    at = directive.end;
  }
  return parts.join('');
}

function convert(directive: Directive, take: () => SqlValue): string | null {
  switch (directive.conversion) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
    case 'p':
    case 'r':
      return formatInteger(directive, integerOf(take() ?? 0n));
    case 'f':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return formatReal(directive, realOf(take() ?? 0n));
    case 'c':
      return repeatedCharacter(directive, take());
    case 's':
    case 'z':
      return formatText(directive, take());
    case 'q':
    case 'Q':
    case 'w':
      return formatQuoted(directive, take());
    case 'j':
    case 'J':
      return formatJson(directive, take());
    case '%':
      return formatText({ ...directive, precision: null }, '%');
    case 'n':
      return '';
    default:
      return null;
  }
}

const printf = define('printf', [0, Number.POSITIVE_INFINITY], 'TEXT', format, { nullPropagating: false });

export const FORMAT_FUNCTIONS: readonly ScalarFunctionDefinition[] = [printf, alias(printf, 'format')];
