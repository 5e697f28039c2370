import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { decodeJsonb, encodeJsonb } from '../../../src/sql/functions/json/blob.ts';
import type { JsonNode } from '../../../src/sql/functions/json/node.ts';
import { parseJson } from '../../../src/sql/functions/json/parse.ts';
import { patchJson } from '../../../src/sql/functions/json/patch.ts';
import { renderJson } from '../../../src/sql/functions/json/render.ts';

function read(text: string): JsonNode {
  const { root } = parseJson(text);
  if (root === null) throw new Error(`malformed: ${text.slice(0, 100)}`);
  return root;
}

/** A document whose size makes anything quadratic take minutes. */
const LARGE = 50_000;

describe('depth', () => {
  const nested = (depth: number): string => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

  test('documents up to the limit are read, written, encoded and decoded', () => {
    const text = nested(LIMITS.jsonDepth);
    const root = read(text);
    expect(renderJson(root)).toBe(text);
    expect(renderJson(decodeJsonb(encodeJsonb(root)) as JsonNode)).toBe(text);
    expect(renderJson(root, ' ').split('\n').length).toBe(2 * LIMITS.jsonDepth + 1);
  });

  test('deeper ones are malformed, in JSONB too', () => {
    expect(parseJson(nested(LIMITS.jsonDepth + 2)).root).toBeNull();
    const deep = encodeJsonb(read(nested(LIMITS.jsonDepth)));
    const deeper = new Uint8Array(deep.length + 5);
    deeper.set([0xeb, ...new Uint8Array(new Uint32Array([deep.length]).buffer).reverse()]);
    deeper.set(deep, 5);
    expect(decodeJsonb(deeper)).toBeNull();
  });

  test('a million brackets are turned down, not recursed into', () => {
    expect(parseJson('['.repeat(1_000_000)).root).toBeNull();
    expect(parseJson('{"a":'.repeat(200_000)).root).toBeNull();
  });

  test('a patch as deep as documents are', () => {
    const patch = read(`${'{"a":'.repeat(LIMITS.jsonDepth - 1)}{"b":1}${'}'.repeat(LIMITS.jsonDepth - 1)}`);
    expect(renderJson(patchJson(read('{}'), patch))).toBe(renderJson(patch));
  });
});

describe('time grows with the document', () => {
  test('texts that look like the beginning of something', () => {
    for (const piece of ['/*', '"\\"', '//', '{a:', '- ', '\\', "'", '1e']) {
      expect(parseJson(piece.repeat(LARGE)).root).toBeNull();
    }
  });

  test('an object with very many members is patched by one with as many', () => {
    const members = (from: number, value: number): string =>
      `{${Array.from({ length: LARGE }, (_, i) => `"k${from + i}":${value}`).join(',')}}`;
    const merged = patchJson(read(members(0, 1)), read(members(LARGE / 2, 2)));
    expect(merged.items.length).toBe(LARGE * 3);
  });

  test('a large array is encoded and decoded', () => {
    const root = read(`[${Array.from({ length: LARGE }, (_, i) => `"text ${i} ü"`).join(',')}]`);
    expect(decodeJsonb(encodeJsonb(root))?.items.length).toBe(LARGE);
  });
});

describe('JSONB that is none', () => {
  test.each([
    ['a header that promises more', [0x2b, 0x13]],
    ['a reserved kind', [0x1d, 0x31]],
    ['an object without the last value', [0x2c, 0x17, 0x61]],
    ['a label that is a number', [0x4c, 0x13, 0x31, 0x13, 0x32]],
    ['an element that reaches beyond its array', [0x2b, 0x23, 0x31]],
    ['a length of eight bytes', [0xf3, 255, 255, 255, 255, 255, 255, 255, 255]],
    ['null with a payload', [0x10, 0x31]],
    ['a number without digits', [0x23, 0x2d, 0x2d]],
    ['nothing', []],
  ])('%s', (_, bytes) => {
    expect(decodeJsonb(Uint8Array.from(bytes))).toBeNull();
  });

  test('payloads inside are looked at when asked for', () => {
    const wrong = Uint8Array.from([0x2b, 0x13, 0x78]);
    expect(decodeJsonb(wrong)).not.toBeNull();
    expect(decodeJsonb(wrong, true)).toBeNull();
  });
});
