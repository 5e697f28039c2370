import type { PhysicalKind, SqlValue } from '../types.ts';
import { type ColumnValue, integerColumnValue, toSqlValue } from '../types.ts';
import type { ColumnVector } from '../vector.ts';
import { FRESH, type VectorRoom } from '../vector-room.ts';
import type { DictionaryCodes } from './dictionary.ts';
import type { EncodedColumn, EncodingName } from './encoding.ts';
import type { EncodedIntegers } from './integers.ts';
import type { NullBitmap } from './null-bitmap.ts';
import type { ByteStrings } from './texts.ts';

// Column blocks as parsed, one class for each kind of vector that they decode to.

/** Integers or reals as numbers. */
export class NumberColumn implements EncodedColumn {
  readonly encoding: EncodingName;
  readonly rowCount: number;
  readonly nulls: NullBitmap | null;
  readonly numbers: EncodedIntegers;

  constructor(encoding: EncodingName, rowCount: number, nulls: NullBitmap | null, numbers: EncodedIntegers) {
    this.encoding = encoding;
    this.rowCount = rowCount;
    this.nulls = nulls;
    this.numbers = numbers;
  }

  decode(room: VectorRoom = FRESH): ColumnVector {
    const values = room.floats(this.rowCount);
    this.numbers.decodeInto(values, 0);
    return { kind: 'number', values, nulls: this.nulls === null ? null : this.nulls.expand() };
  }

  at(i: number): ColumnValue {
    return this.nulls?.has(i) ? null : this.numbers.at(i);
  }
}

/** 64-bit integers as stored. */
export interface EncodedBigints {
  decode(): BigInt64Array;
  at(i: number): bigint;
}

/** 64-bit integers of which some are beyond the safe ones. */
export class BigintColumn implements EncodedColumn {
  readonly encoding: EncodingName;
  readonly rowCount: number;
  private readonly nulls: NullBitmap | null;
  private readonly bigints: EncodedBigints;

  constructor(encoding: EncodingName, rowCount: number, nulls: NullBitmap | null, bigints: EncodedBigints) {
    this.encoding = encoding;
    this.rowCount = rowCount;
    this.nulls = nulls;
    this.bigints = bigints;
  }

  decode(): ColumnVector {
    return { kind: 'bigint', values: this.bigints.decode(), nulls: this.nulls === null ? null : this.nulls.expand() };
  }

  at(i: number): ColumnValue {
    return this.nulls?.has(i) ? null : integerColumnValue(this.bigints.at(i));
  }
}

/** Text as codes. */
export class CodedTextColumn implements EncodedColumn {
  readonly encoding: EncodingName;
  readonly rowCount: number;
  readonly nulls: NullBitmap | null;
  readonly codes: DictionaryCodes;

  constructor(encoding: EncodingName, rowCount: number, nulls: NullBitmap | null, codes: DictionaryCodes) {
    this.encoding = encoding;
    this.rowCount = rowCount;
    this.nulls = nulls;
    this.codes = codes;
  }

  decode(room: VectorRoom = FRESH): ColumnVector {
    const nulls = this.nulls === null ? null : this.nulls.expand();
    return { kind: 'dictionary', codes: this.codes.decode(room), dictionary: this.codes.dictionary, nulls };
  }

  at(i: number): ColumnValue {
    return this.nulls?.has(i) ? null : this.codes.at(i);
  }
}

/** Texts or blobs one after the other. */
export class ByteStringColumn implements EncodedColumn {
  readonly encoding: 'plain-text' | 'plain-blob';
  readonly rowCount: number;
  private readonly nulls: NullBitmap | null;
  private readonly strings: ByteStrings;

  constructor(encoding: 'plain-text' | 'plain-blob', rowCount: number, nulls: NullBitmap | null, strings: ByteStrings) {
    this.encoding = encoding;
    this.rowCount = rowCount;
    this.nulls = nulls;
    this.strings = strings;
  }

  decode(): ColumnVector {
    const values: SqlValue[] = this.encoding === 'plain-text' ? this.strings.texts() : this.blobs();
    if (this.nulls !== null) for (let i = 0; i < values.length; i++) if (this.nulls.has(i)) values[i] = null;
    return { kind: 'value', values };
  }

  at(i: number): ColumnValue {
    if (this.nulls?.has(i)) return null;
    return this.encoding === 'plain-text' ? this.strings.textAt(i) : this.strings.blobAt(i);
  }

  private blobs(): Uint8Array[] {
    const blobs: Uint8Array[] = [];
    for (let i = 0; i < this.rowCount; i++) blobs.push(this.strings.blobAt(i));
    return blobs;
  }
}

/** Values of an ANY column. */
export class SelfTypedColumn implements EncodedColumn {
  readonly encoding = 'self-typed';
  readonly rowCount: number;
  private readonly values: readonly SqlValue[];

  constructor(values: readonly SqlValue[]) {
    this.rowCount = values.length;
    this.values = values;
  }

  decode(): ColumnVector {
    return { kind: 'value', values: this.values };
  }

  at(i: number): ColumnValue {
    return this.values[i];
  }
}

/** One value, or NULL, in every row. */
export class ConstantColumn implements EncodedColumn {
  readonly encoding: 'constant' | 'all-null';
  readonly rowCount: number;
  private readonly physical: PhysicalKind;
  readonly value: ColumnValue;
  readonly nulls: NullBitmap | null;
  /** What a text column's codes refer to. */
  private readonly dictionary: readonly string[];

  constructor(
    rowCount: number,
    physical: PhysicalKind,
    value: ColumnValue,
    nulls: NullBitmap | null,
    dictionary: readonly string[] | null,
  ) {
    this.encoding = value === null ? 'all-null' : 'constant';
    this.rowCount = rowCount;
    this.physical = physical;
    this.value = value;
    this.nulls = nulls;
    this.dictionary = typeof value === 'string' ? [value] : (dictionary ?? []);
  }

  decode(): ColumnVector {
    const { rowCount, value } = this;
    const nulls = this.decodeNulls();
    switch (this.physical) {
      case 'integer':
      case 'real':
        if (typeof value === 'bigint')
          return { kind: 'bigint', values: new BigInt64Array(rowCount).fill(value), nulls };
        return { kind: 'number', values: new Float64Array(rowCount).fill((value as number | null) ?? 0), nulls };
      case 'text':
        return { kind: 'dictionary', codes: new Uint32Array(rowCount), dictionary: this.dictionary, nulls };
      case 'blob':
      case 'any': {
        const values: SqlValue[] = [];
        for (let i = 0; i < rowCount; i++) values.push(toSqlValue(this.physical, this.at(i)));
        return { kind: 'value', values };
      }
    }
  }

  at(i: number): ColumnValue {
    if (this.nulls?.has(i)) return null;
    return this.value instanceof Uint8Array ? this.value.slice() : this.value;
  }

  private decodeNulls(): Uint8Array | null {
    if (this.nulls !== null) return this.nulls.expand();
    return this.value === null ? new Uint8Array(this.rowCount).fill(1) : null;
  }
}
