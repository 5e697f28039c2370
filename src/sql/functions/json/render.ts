import { checkTextLength } from '../define.ts';
import { malformedJson } from './errors.ts';
import { escapeText, escapeText5 } from './escape.ts';
import { JsonKind, type JsonNode } from './node.ts';

/** A container that is being written, and how far it has got. */
interface Writing {
  readonly node: JsonNode;
  next: number;
}

/** The document as JSON without white space, or, with an indent, a line per element. Depth costs no stack. */
export function renderJson(root: JsonNode, indent: string | null = null): string {
  if (!root.isContainer) return renderScalar(root);
  const parts: string[] = [];
  const writing: Writing[] = [];
  let indentLength = 0;
  const newLine = (): void => {
    if (indent === null) return;
    indentLength += indent.length * writing.length;
    checkTextLength(indentLength, 'json_pretty');
    parts.push('\n', indent.repeat(writing.length));
  };
  const begin = (node: JsonNode): void => {
    parts.push(node.kind === JsonKind.Array ? '[' : '{');
    writing.push({ node, next: 0 });
  };
  begin(root);
  for (let top = writing.at(-1); top !== undefined; top = writing.at(-1)) {
    const { node, next } = top;
    if (next >= node.items.length) {
      writing.pop();
      if (next > 0) newLine();
      parts.push(node.kind === JsonKind.Array ? ']' : '}');
      continue;
    }
    const isValue = node.kind === JsonKind.Object && next % 2 === 1;
    if (isValue) parts.push(indent === null ? ':' : ': ');
    else {
      if (next > 0) parts.push(',');
      newLine();
    }
    top.next++;
    const item = node.items[next];
    if (item.isContainer) begin(item);
    else parts.push(renderScalar(item));
  }
  return parts.join('');
}

function renderScalar({ kind, text }: JsonNode): string {
  switch (kind) {
    case JsonKind.Null:
      return 'null';
    case JsonKind.True:
      return 'true';
    case JsonKind.False:
      return 'false';
    case JsonKind.Int:
    case JsonKind.Float:
      return text === '' ? malformedJson() : text;
    case JsonKind.Int5:
      return renderHexadecimal(text);
    case JsonKind.Float5:
      return renderFloat5(text);
    case JsonKind.Text5:
      return `"${escapeText5(text)}"`;
    case JsonKind.TextRaw:
      return `"${escapeText(text)}"`;
    default:
      return `"${text}"`;
  }
}

/** `0x1F` in decimal; beyond 64 bits, infinity as JSON can write it. */
function renderHexadecimal(text: string): string {
  const match = /^(-?)0[xX]([0-9a-fA-F]*)$/.exec(text);
  if (match === null) return malformedJson();
  const digits = match[2].replace(/^0+/, '');
  return match[1] + (digits.length > 16 ? '9.0e999' : BigInt(`0x${digits || '0'}`));
}

/** A number that lacks digits before its point or behind it gets a zero there. */
function renderFloat5(text: string): string {
  if (text === '' || text === '-') return malformedJson();
  return text.replace(/^-?\./, (start) => start.replace('.', '0.')).replace(/\.(?![0-9])/, '.0');
}
