import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { isDecimal, STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { MAX_INTEGER, MIN_INTEGER } from '../../expressions/values/integer.ts';
import { numericOf } from '../../expressions/values/numeric.ts';
import { castFunction } from '../../expressions/values/typed-cast.ts';
import type { FunctionColumn, FunctionRow, TableFunctionDefinition } from './definition.ts';
import { timeSeries } from './time-series.ts';

const { ANY, INTEGER } = STATIC_TYPES;

/** Where a series without an end ends: as SQLite's. */
const DEFAULT_STOP = 0xffff_ffffn;

type Numeric = bigint | number;

class SeriesRow implements FunctionRow {
  private readonly value: SqlValue;
  private readonly args: readonly SqlValue[];

  constructor(value: SqlValue, args: readonly SqlValue[]) {
    this.value = value;
    this.args = args;
  }

  column(column: number): SqlValue {
    return column === 0 ? this.value : (this.args[column - 1] ?? null);
  }
}

/** From start to stop, both included; not a row when the step leads the other way. */
function* wholeNumbers(start: bigint, stop: bigint, step: bigint): Generator<bigint> {
  if (step > 0n) for (let value = start; value <= stop && value <= MAX_INTEGER; value += step) yield value;
  else for (let value = start; value >= stop && value >= MIN_INTEGER; value += step) yield value;
}

/** Multiples of the step: sums of it would drift. */
function* realNumbers(start: number, stop: number, step: number): Generator<number> {
  for (let i = 0; ; i++) {
    const value = start + i * step;
    if (step > 0 ? !(value <= stop) : !(value >= stop)) return;
    yield value;
  }
}

function numberSeries(args: readonly SqlValue[], types: readonly StaticType[]): Iterator<SqlValue> {
  const plain = args.map((value, i) => (isDecimal(types[i]) ? castFunction(types[i], 'REAL')(value) : value));
  const numbers = plain.map((value) => numericOf(value as Exclude<SqlValue, null>));
  const [start, stop = DEFAULT_STOP, written = 1n] = numbers;
  // SQLite takes a step of 0 for 1.
  const step: Numeric = Number(written) === 0 ? 1n : written;
  const all = [start, stop, step];
  if (!all.every((number) => typeof number === 'bigint' || Number.isInteger(number))) {
    if (Number(start) + Number(step) === Number(start)) {
      throw new HeliosError('INVALID_VALUE', `generate_series() makes no progress from ${start} by steps of ${step}`);
    }
    return realNumbers(Number(start), Number(stop), Number(step));
  }
  return wholeNumbers(BigInt(start), BigInt(stop), BigInt(step));
}

function seriesType(types: readonly StaticType[]): StaticType {
  const [start, , step] = types;
  if (start.kind === 'TIMESTAMP') return start;
  // A step in words may be shorter than a day.
  if (start.kind === 'DATE') return step === undefined || isNumeric(step) ? start : STATIC_TYPES.TIMESTAMP;
  return types.every(({ kind }) => kind === 'INTEGER') ? INTEGER : ANY;
}

type TimeType = StaticType & { readonly kind: 'TIMESTAMP' | 'DATE' };

function isTime(type: StaticType): type is TimeType {
  return type.kind === 'TIMESTAMP' || type.kind === 'DATE';
}

function isNumeric({ kind }: StaticType): boolean {
  return kind === 'INTEGER' || kind === 'REAL' || kind === 'BOOLEAN';
}

function* rowsOf(values: Iterator<SqlValue>, args: readonly SqlValue[]): Generator<FunctionRow> {
  for (let next = values.next(); next.done !== true; next = values.next()) yield new SeriesRow(next.value, args);
}

function columns(types: readonly StaticType[]): readonly FunctionColumn[] {
  const hidden = ['start', 'stop', 'step'].map((name, i): FunctionColumn => {
    return { name, type: types[i] ?? (isTime(types[0]) ? STATIC_TYPES.NULL : INTEGER), visibility: 'hidden' };
  });
  return [{ name: 'value', type: seriesType(types) }, ...hidden];
}

export const GENERATE_SERIES: TableFunctionDefinition = {
  name: 'generate_series',
  minArguments: 1,
  maxArguments: 3,
  columns,
  open(args, types) {
    if (args.some((value) => value === null)) return rowsOf([][Symbol.iterator](), args);
    const type = seriesType(types);
    if (isTime(type)) return rowsOf(timeSeries(args, types, type.kind), args);
    const [start, stop = DEFAULT_STOP, step = 1n] = args;
    return rowsOf(numberSeries(args, types), [start, stop, step]);
  },
};
