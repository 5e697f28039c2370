import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import type { VectorRoom } from '../vector-room.ts';
import { type EncodedIntegers, readIntegers, writeIntegers } from './integers.ts';
import { scratch } from './scratch.ts';
import { ByteStrings, writeTexts } from './texts.ts';

// Text as codes of a dictionary. Under DICTIONARY the caller keeps the dictionary (a segment has one per column);
// under LOCAL_DICTIONARY it comes first in the block: entry count varint, texts. Codes are integers.

/** Texts of a range as codes of the entries that it uses. */
export interface LocalDictionary {
  readonly codes: Float64Array;
  readonly entries: readonly string[];
}

/** Distinct values are looked for in so many rows before high cardinality ends the search. */
const PROBE_ROWS = 1024;

/**
 * Renumbers the codes of rows [from, to) by first use. `nulls` are the bytes of those rows; a NULL repeats the code
 * before it.
 */
export function compactDictionary(
  codes: Uint32Array,
  dictionary: readonly string[],
  from: number,
  to: number,
  nulls: Uint8Array | null,
): LocalDictionary {
  const renumbered = scratch(to - from);
  const entries: string[] = [];
  if (dictionary.length <= 4 * (to - from)) {
    const table = new Int32Array(dictionary.length).fill(-1);
    for (let i = from; i < to; i++) {
      if (nulls !== null && nulls[i - from] === 1) continue;
      const code = codes[i];
      if (table[code] === -1) table[code] = entries.push(dictionary[code]) - 1;
      renumbered[i - from] = table[code];
    }
  } else {
    const table = new Map<number, number>();
    for (let i = from; i < to; i++) {
      if (nulls !== null && nulls[i - from] === 1) continue;
      const code = codes[i];
      let local = table.get(code);
      if (local === undefined) {
        local = entries.push(dictionary[code]) - 1;
        table.set(code, local);
      }
      renumbered[i - from] = local;
    }
  }
  if (nulls !== null) repeatOverNulls(renumbered, nulls);
  return { codes: renumbered, entries };
}

/** Finds the distinct texts of a run; null where they are too many to be worth a dictionary. NULL counts as ''. */
export function buildDictionary(texts: readonly string[]): LocalDictionary | null {
  const codes = scratch(texts.length);
  const entries: string[] = [];
  const table = new Map<string, number>();
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    let code = table.get(text);
    if (code === undefined) {
      code = entries.push(text) - 1;
      table.set(text, code);
    }
    codes[i] = code;
    if (i === PROBE_ROWS && entries.length * 4 > PROBE_ROWS * 3) return null;
  }
  return entries.length * 4 > texts.length * 3 && texts.length > 1 ? null : { codes, entries };
}

/** Puts the value before into the rows that are NULL, the first value into those ahead of it. */
export function repeatOverNulls(values: Float64Array, nulls: Uint8Array): void {
  let previous = 0;
  for (let i = 0; i < nulls.length; i++) {
    if (nulls[i] === 0) {
      previous = values[i];
      break;
    }
  }
  for (let i = 0; i < nulls.length; i++) {
    if (nulls[i] === 1) values[i] = previous;
    else previous = values[i];
  }
}

export function writeLocalDictionary(writer: ByteWriter, local: LocalDictionary): void {
  writer.varint(local.entries.length);
  writeTexts(writer, local.entries);
  writeIntegers(writer, local.codes, 0, local.codes.length);
}

export class DictionaryCodes {
  readonly dictionary: readonly string[];
  private readonly integers: EncodedIntegers;
  private readonly count: number;
  /** For errors only. */
  private readonly reader: ByteReader;

  private constructor(dictionary: readonly string[], integers: EncodedIntegers, count: number, reader: ByteReader) {
    this.dictionary = dictionary;
    this.integers = integers;
    this.count = count;
    this.reader = reader;
  }

  static read(reader: ByteReader, count: number, dictionary: readonly string[]): DictionaryCodes {
    return new DictionaryCodes(dictionary, readIntegers(reader, count), count, reader);
  }

  static readLocal(reader: ByteReader, count: number): DictionaryCodes {
    const entryCount = reader.varint();
    if (entryCount > count) reader.fail('more dictionary entries than rows');
    const dictionary = ByteStrings.read(reader, entryCount).texts();
    return DictionaryCodes.read(reader, count, dictionary);
  }

  decode(room: VectorRoom): Uint32Array {
    const values = this.count <= decodedCodes.length ? decodedCodes : new Float64Array(this.count);
    this.integers.decodeInto(values, 0);
    const codes = room.codes(this.count);
    if (!copyCodes(values, codes, this.dictionary.length)) this.reader.fail('a code beyond its dictionary');
    return codes;
  }

  at(i: number): string {
    const code = this.integers.at(i);
    return code < this.dictionary.length && code >= 0
      ? this.dictionary[code]
      : this.reader.fail('a code beyond its dictionary');
  }
}

const decodedCodes = new Float64Array(4096);

function copyCodes(values: Float64Array, codes: Uint32Array, limit: number): boolean {
  let beyond = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = values[i];
    beyond |= code >= limit || code < 0 ? 1 : 0;
    codes[i] = code;
  }
  return beyond === 0;
}
