import { scalar } from './expression.ts';
import type { Maker, Scope } from './maker.ts';

const KINDS = [...'ddiuffeEgGxXoocsqQw'];

/** printf() with flags, widths and precisions, and arguments of any class. */
export function printf(maker: Maker, scope: Scope, depth: number): string {
  const parts: string[] = [];
  const values: string[] = [];
  for (let i = maker.random.between(1, 3); i > 0; i--) {
    if (maker.chance(0.3)) parts.push(maker.pick(['a', ' ', '%%', '日', "''", '|']));
    const { text, stars } = conversion(maker);
    parts.push(text);
    for (let star = 0; star < stars; star++) values.push(String(maker.random.between(-3, 8)));
    if (maker.chance(0.95)) values.push(scalar(maker, scope, depth));
  }
  return `${maker.pick(['printf', 'format'])}('${parts.join('')}'${values.map((value) => `, ${value}`).join('')})`;
}

function conversion(maker: Maker): { text: string; stars: number } {
  const flags = maker.chance(0.6) ? '' : maker.list(1, 2, () => maker.pick(['-', '+', ' ', '0', ',', '!', '#']), '');
  const size = (most: number) => maker.pick(['', '', String(maker.random.between(0, most)), '*']);
  const width = size(12);
  const precision = maker.chance(0.4) ? `.${size(6)}` : '';
  const stars = [width, precision].filter((text) => text.includes('*')).length;
  return { text: `%${flags}${width}${precision}${maker.pick(['', '', '', 'l'])}${maker.pick(KINDS)}`, stars };
}
