import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query } from '../../support/sql-session.ts';

/** SQLite itself, where it is installed. */
const hasPeer = existsSync(join(import.meta.dirname, '../../../node_modules/sql.js'));
const SEED = 20260501;
const COUNT = 400;

interface Peer {
  exec(sql: string): { values: unknown[][] }[];
}

async function openPeer(): Promise<Peer> {
  const name = 'sql.js';
  const { default: open } = await import(name);
  const { Database } = await open();
  return new Database();
}

class Expressions {
  private readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  below(limit: number): number {
    return this.random.u32() % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  number(): string {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setUint32(0, this.random.u32());
    bits.setUint32(4, this.random.u32());
    const any = bits.getFloat64(0);
    const decimal = this.below(2_000_000) / 10 ** this.below(9) - 50;
    const value = this.pick([any, decimal, decimal, Number((this.random.u32() / 7).toPrecision(1 + this.below(16)))]);
    return Number.isFinite(value) && value !== 0 ? value.toExponential() : '0.0';
  }

  printf(): string {
    const flags = Array.from({ length: this.below(3) }, () => this.pick(['-', '+', ' ', '#', '0', '!', ','])).join('');
    const width = this.pick(['', '', '3', '12', '*']);
    const precision = this.pick(['', '', '.0', '.3', '.15', '.*']);
    const conversion = this.pick([...'diuxXoprfeEgGscqQwz']);
    const stars = [width, precision].filter((part) => part.includes('*')).map(() => this.below(20) - 5);
    const argument = this.pick([
      this.number(),
      String(this.random.u32() - 2 ** 31),
      "'äbc''d'",
      "'12.5x'",
      'NULL',
      "x'4142'",
    ]);
    return `printf('<%${flags}${width}${precision}${conversion}>', ${[...stars, argument].join(', ')})`;
  }

  rounding(): string {
    return this.pick([
      `round(${this.number()}, ${this.below(20)})`,
      `round(${this.number()})`,
      `${this.number()} || ''`,
    ]);
  }

  date(): string {
    const two = (limit: number, from = 0): string => String(from + this.below(limit)).padStart(2, '0');
    const day = `${this.pick(['2024', '2023', '1900', '0000', '-0044', '9999'])}-${two(12, 1)}-${two(31, 1)}`;
    const time = `${day}${this.pick([' ', 'T'])}${two(25)}:${two(60)}:${two(60)}.${this.below(10_000)}`;
    const value = this.pick([
      `'${day}'`,
      `'${time}'`,
      `'${time}${this.pick(['Z', '+02:30', '-11:00'])}'`,
      this.number(),
    ]);
    const amount = this.pick([String(this.below(100)), (this.below(10_000) / 100).toFixed(2)]);
    const unit = this.pick(['day', 'hours', 'minute', 'seconds', 'months', 'year']);
    const modifiers = Array.from({ length: this.below(4) }, () =>
      this.pick([
        `'${this.pick(['+', '-'])}${amount} ${unit}'`,
        `'${this.pick(['+', '-'])}000${this.below(10)}-${two(12)}-${two(31)} ${two(24)}:${two(60)}'`,
        `'weekday ${this.below(14) - 7}'`,
        ...[
          "'start of month'",
          "'start of year'",
          "'start of day'",
          "'floor'",
          "'ceiling'",
          "'subsec'",
          "'auto'",
          "'unixepoch'",
        ],
      ]),
    );
    const args = [value, ...modifiers].join(', ');
    const format = "'%d %e %f %F %g %G %H %I %j %J %k %l %m %M %p %P %R %s %S %T %u %U %V %w %W %Y'";
    return this.pick([
      ...['date', 'time', 'datetime', 'julianday', 'unixepoch'].map((name) => `${name}(${args})`),
      `strftime(${format}, ${args})`,
      `timediff(${value}, '${day}')`,
    ]);
  }

  text(): string {
    const value = this.pick(["'Hello World'", "'äöü😀x'", "''", "'aXbXc'", "x'4142'", '12345', '-1.5', 'NULL']);
    const other = this.pick(["'X'", "'o'", "''", "'öü'", "'%o%'", "'*[a-x]?'", '2', "x'41'", 'NULL']);
    const [from, count] = [this.below(16) - 8, this.below(16) - 8];
    return this.pick([
      ...[`substr(${value}, ${from}, ${count})`, `substr(${value}, ${from})`, `instr(${value}, ${other})`],
      ...[`trim(${value}, ${other})`, `replace(${value}, ${other}, 'yy')`, `hex(${value})`, `length(${value})`],
      ...[`unhex(hex(${value}), ${other})`, `${value} LIKE ${other}`, `${value} GLOB ${other}`, `soundex(${value})`],
      ...[`upper(${value})`, `unicode(${value})`, `octet_length(${value})`, `concat_ws(${other}, ${value}, 1)`],
    ]);
  }
}

describe.skipIf(!hasPeer)('random calls give what SQLite gives', () => {
  const kinds = ['printf', 'rounding', 'date', 'text'] as const;

  test.each(kinds)('%s', async (kind) => {
    const peer = await openPeer();
    const session = memorySession();
    const expressions = new Expressions(SEED);
    for (let i = 0; i < COUNT; i++) {
      const expression = expressions[kind]();
      // What SQLite's build lacks, or refuses, it does not judge.
      const expected = answerOf(() => peer.exec(`SELECT quote(${expression})`)[0].values[0][0]);
      if (expected === undefined) continue;
      const found = answerOf(() => query(session, `SELECT quote(${expression})`)[0][0]);
      expect([expression, found]).toEqual([expression, expected]);
    }
  });
});

function answerOf(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    return isHeliosError(error) ? error.code : undefined;
  }
}
