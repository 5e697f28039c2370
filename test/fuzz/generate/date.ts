import { column, number } from './expression.ts';
import type { Maker, Scope } from './maker.ts';

export const DATES = [
  "'2024-02-29'",
  "'2023-12-31 23:59:59.999'",
  "'2024-03-10 01:30'",
  "'2024-01-31T10:00:05Z'",
  "'2024-06-15 12:00:00+02:30'",
  "'2000-01-01'",
  "'1969-07-20 20:17:40'",
  "'0000-01-01'",
  "'9999-12-31 23:59:59'",
  "'12:34'",
  "'12:34:56.789'",
  "'2024-13-01'",
  "'2023-02-30'",
  "'24:00'",
  "'2460000.5'",
];
const MODIFIERS = [
  "'+1 day'",
  "'-3 days'",
  "'+1 month'",
  "'-1 month'",
  "'+13 months'",
  "'-1 year'",
  "'+2.5 hours'",
  "'-90 minutes'",
  "'+0.25 seconds'",
  "'5 days'",
  "'+01:30'",
  "'-00:00:30.5'",
  "'+0001-02-03'",
  "'-0000-01-01 12:00'",
  "'start of month'",
  "'start of year'",
  "'start of day'",
  "'weekday 0'",
  "'weekday 3'",
  "'ceiling'",
  "'floor'",
  "'subsec'",
  "'julianday'",
  "'unixepoch'",
  "'auto'",
  "'next week'",
  'NULL',
];
const FIELDS = [
  ...'%Y %m %d %H %M %S %f %j %s %w %u %W %U %G %g %V %J %e %k %l %p %P %I %F %T %R %%'.split(' '),
  ...[' ', '-', ':', 'é'],
];

/** What date functions read: mostly text that is a time. */
function timeValue(maker: Maker, scope: Scope): string {
  return maker.choose([
    [6, () => maker.pick(DATES)],
    [3, () => column(maker, scope, 'TEXT')],
    [1, () => number(maker, scope, 0)],
    [1, () => maker.pick(['2460000.5', '0', '1e6', '-1', '5373484.5', '1714564800', '2451545'])],
  ]);
}

function timeAndModifiers(maker: Maker, scope: Scope): string {
  const modifiers = Array.from({ length: maker.pick([0, 0, 1, 1, 1, 2, 3]) }, () => `, ${maker.pick(MODIFIERS)}`);
  return timeValue(maker, scope) + modifiers.join('');
}

export function dateText(maker: Maker, scope: Scope): string {
  return maker.choose([
    [4, () => `${maker.pick(['date', 'time', 'datetime'])}(${timeAndModifiers(maker, scope)})`],
    [3, () => `strftime('${maker.list(1, 4, () => maker.pick(FIELDS), '')}', ${timeAndModifiers(maker, scope)})`],
    [1, () => `timediff(${timeValue(maker, scope)}, ${timeValue(maker, scope)})`],
  ]);
}

export function dateNumber(maker: Maker, scope: Scope): string {
  return `${maker.pick(['julianday', 'unixepoch'])}(${timeAndModifiers(maker, scope)})`;
}
