import { describe, expect, it } from 'vitest';
import { formatResult } from '../../../src/node/cli/formats.ts';
import type { ShellResult } from '../../../src/node/cli/shell-database.ts';

const result: ShellResult = {
  columns: [
    { name: 'id', type: 'INTEGER' },
    { name: 'note', type: 'TEXT' },
    { name: 'size', type: 'ANY' },
    { name: 'raw', type: 'BLOB' },
  ],
  rows: [
    [1, 'ten "quoted", words', 2.5, new Uint8Array([0, 255])],
    [2n ** 60n, null, null, null],
    [-3, '', 10, null],
  ],
  changes: 0,
};

describe('formats', () => {
  it('numbers stand on the right, arrays of them do not', () => {
    const columns = ['DECIMAL(10,2)', 'DECIMAL(10,2)[]'].map((type) => ({ name: type, type }));
    const lines = formatResult({ columns, rows: [['1.50', ['1.50']]], changes: 0 }, 'table').split('\n');
    expect(lines[3]).toBe('│          1.50 │ ["1.50"]        │');
  });

  it('tables align numbers to the right, say NULL and count rows', () => {
    const lines = formatResult(result, 'table').split('\n');
    expect(lines).toEqual([
      '┌─────────────────────┬─────────────────────┬──────┬──────┐',
      '│                  id │ note                │ size │ raw  │',
      '├─────────────────────┼─────────────────────┼──────┼──────┤',
      '│                   1 │ ten "quoted", words │  2.5 │ 00ff │',
      '│ 1152921504606846976 │ NULL                │ NULL │ NULL │',
      '│                  -3 │                     │   10 │ NULL │',
      '└─────────────────────┴─────────────────────┴──────┴──────┘',
      '3 rows',
      '',
    ]);
  });

  it('JSON keeps types, and integers beyond 2^53 as digits', () => {
    const text = formatResult(result, 'json');
    expect(text).toContain('{"id":1152921504606846976,"note":null,"size":null,"raw":null}');
    expect(JSON.parse(text)[0]).toEqual({ id: 1, note: 'ten "quoted", words', size: 2.5, raw: '00ff' });
  });

  it('CSV quotes what must be quoted, and tells NULL from the empty text', () => {
    expect(formatResult(result, 'csv')).toBe(
      'id,note,size,raw\n1,"ten ""quoted"", words",2.5,00ff\n1152921504606846976,,,\n-3,"",10,\n',
    );
  });

  it('wide characters, long cells and line breaks keep the frame whole', () => {
    const columns = [
      { name: 'name', type: 'TEXT' },
      { name: 'note', type: 'TEXT' },
    ];
    const rows = [
      ['温度', 'x'.repeat(200)],
      ['a', 'two\nlines\tand a tab'],
    ];
    const lines = formatResult({ columns, rows, changes: 0 }, 'table').split('\n');
    expect(lines[3]).toBe(`│ 温度 │ ${'x'.repeat(59)}… │`);
    expect(lines[4]).toBe(`│ a    │ two lines and a tab${' '.repeat(41)} │`);
  });

  it('one column alone is never cut', () => {
    const text = formatResult(
      { columns: [{ name: 'plan', type: 'TEXT' }], rows: [['x'.repeat(300)]], changes: 0 },
      'table',
    );
    expect(text).toContain('x'.repeat(300));
  });

  it('a statement without columns prints nothing, an empty result its header', () => {
    expect(formatResult({ columns: [], rows: [], changes: 1 }, 'table')).toBe('');
    expect(formatResult({ ...result, rows: [] }, 'table')).toContain('0 rows');
    expect(formatResult({ ...result, rows: [] }, 'json')).toBe('[]\n');
    expect(formatResult({ ...result, rows: [] }, 'csv')).toBe('id,note,size,raw\n');
  });
});
