import { expect, test } from 'vitest';

class Row {
  readonly columns: number;
  late!: number;
  read = 0;

  constructor(columns: number) {
    this.columns = columns;
  }
}

test('a field is written once: one that has no value yet is not there', () => {
  expect(Object.keys(new Row(2))).toEqual(['read', 'columns']);
});
