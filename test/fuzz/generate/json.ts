import { column, scalar } from './expression.ts';
import type { Maker, Scope } from './maker.ts';
import { anyLiteral } from './values.ts';

export const DOCUMENTS = [
  `'{"a":1,"b":[1,2.5,"x",null,true],"c":{"d":"é"}}'`,
  `'{"a":{"a":{"a":[]}},"B":-0.0,"1":1e3}'`,
  `'[1,[2,[3]],{"a":"a\\u0062\\n"}]'`,
  `'[]'`,
  `'{}'`,
  `'"text"'`,
  `'12'`,
  `'1.50'`,
  `'null'`,
  `'true'`,
  `' [ 1 , 2 ] '`,
  `'{"a":1,"a":2}'`,
  `'[9223372036854775807,1e400,-0]'`,
];
const MALFORMED = [`'{"a"'`, `'[1,]'`, `'{a:.5,}'`, `'01'`, `'abc'`, `''`, `'[1] 2'`];
const PATHS = [
  ...["'$'", "'$.a'", "'$.b'", "'$.b[1]'", "'$.b[#-1]'", "'$.b[#]'", "'$.c.d'", "'$[0]'", "'$[1][1]'", "'$[#]'"],
  ...["'$.new'", "'$.new[0]'", "'$.a.a'", `'$."a"'`, "'$[2].a'", "'$.1'", "'$[#-9]'", 'NULL'],
];
const STEPS = ["'a'", "'b'", "'c'", "'d'", '0', '1', '-1', "'1'", "'$.b[0]'", 'NULL'];

/** A document: a literal, or a text column where it is one. */
function document(maker: Maker, scope: Scope): string {
  if (maker.chance(0.05)) return maker.pick(MALFORMED);
  if (maker.chance(0.6)) return maker.pick(DOCUMENTS);
  const name = column(maker, scope, 'TEXT');
  return `iif(json_valid(${name}), ${name}, ${maker.pick(DOCUMENTS)})`;
}

/** A value for a document. Whether a text from elsewhere still counts as JSON is open: it is made a plain text. */
function value(maker: Maker, scope: Scope, depth: number): string {
  return maker.choose([
    [3, () => anyLiteral(maker)],
    [2, () => `(${scalar(maker, scope, depth)} || '')`],
    [2, () => `(${column(maker, scope, 'INTEGER')} + 0)`],
    [2, () => jsonText(maker, scope, depth)],
  ]);
}

/** JSON as text. */
export function jsonText(maker: Maker, scope: Scope, depth: number): string {
  if (depth < 0) return `json(${maker.pick(DOCUMENTS)})`;
  const any = () => value(maker, scope, depth - 1);
  const from = () => document(maker, scope);
  const change = () => maker.list(1, 2, () => `${maker.pick(PATHS)}, ${any()}`);
  return maker.choose([
    [2, () => `json(${from()})`],
    [2, () => `json_array(${maker.list(0, 3, any)})`],
    [2, () => `json_object(${maker.list(0, 2, (i) => `'${'ab'[i]}', ${any()}`)})`],
    [3, () => `${maker.pick(['json_set', 'json_insert', 'json_replace'])}(${from()}, ${change()})`],
    [1, () => `json_remove(${from()}, ${maker.list(1, 2, () => maker.pick(PATHS))})`],
    [1, () => `json_patch(${from()}, ${from()})`],
    [1, () => `json_quote(${any()})`],
    [1, () => `json_pretty(${from()})`],
    [2, () => `${from()} -> ${maker.pick(STEPS)}`],
    [1, () => `json(jsonb(${from()}))`],
    [1, () => `json_extract(${from()}, ${maker.list(2, 3, () => maker.pick(PATHS))})`],
  ]);
}

/** A value out of a document, or about one. */
export function jsonValue(maker: Maker, scope: Scope, depth: number): string {
  const from = () => (maker.chance(0.3) ? jsonText(maker, scope, depth - 1) : document(maker, scope));
  return maker.choose([
    [3, () => `json_extract(${from()}, ${maker.pick(PATHS)})`],
    [3, () => `${document(maker, scope)} ->> ${maker.pick(STEPS)}`],
    [1, () => `json_type(${from()}${maker.chance(0.6) ? `, ${maker.pick(PATHS)}` : ''})`],
    [1, () => `json_array_length(${from()}${maker.chance(0.4) ? `, ${maker.pick(PATHS)}` : ''})`],
    [1, () => `json_valid(${scalar(maker, scope, depth - 1)}${maker.chance(0.3) ? ', 2' : ''})`],
    [1, () => `json_error_position(${maker.chance(0.5) ? maker.pick(MALFORMED) : from()})`],
  ]);
}

/** json_each and json_tree of one document. */
export function jsonRows(maker: Maker): string {
  const path = maker.chance(0.3) ? `, ${maker.pick(["'$'", "'$.b'", "'$[1]'", "'$.c'"])}` : '';
  return `${maker.pick(['json_each', 'json_tree'])}(${maker.pick(DOCUMENTS)}${path})`;
}
