import { assert } from '../../../base/assert.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { hexOf } from './value-key.ts';

/**
 * ARRAY values: text that is the same for equal arrays and sorts by code point as they do: element by element, a shorter
 * array before a longer one that begins with it, NULL elements last, as PostgreSQL. An array is its elements one after
 * the other; no element's text begins another's:
 *
 *   INTEGER  p length digits       length: 'a' for one digit, 'b' for two…
 *            n length digits       negative: 'z' for one digit, 'y' for two…; every figure f written as 9 - f
 *   REAL     r 16 hexadecimal digits of its bits, all of them inverted if negative, else the first
 *   TEXT     s text U+0000 U+0000  a U+0000 inside is followed by U+0001
 *   BLOB     x hexadecimal digits U+0000
 *   NULL     z
 */
export function encodeArray(elements: readonly SqlValue[]): string {
  let text = '';
  for (const element of elements) text += encodeElement(element);
  return text;
}

function encodeElement(value: SqlValue): string {
  if (value === null) return 'z';
  switch (typeof value) {
    case 'bigint': {
      const digits = (value < 0n ? -value : value).toString();
      return value < 0n
        ? `n${String.fromCharCode(123 - digits.length)}${complement(digits)}`
        : `p${String.fromCharCode(96 + digits.length)}${digits}`;
    }
    case 'number':
      return `r${encodeReal(value)}`;
    case 'string':
      return `s${value.includes('\0') ? value.replaceAll('\0', '\0\x01') : value}\0\0`;
    default:
      return `x${hexOf(value)}\0`;
  }
}

export function decodeArray(text: string): SqlValue[] {
  const elements: SqlValue[] = [];
  let at = 0;
  const until = (end: number): string => {
    const part = text.slice(at, end);
    at = end;
    return part;
  };
  while (at < text.length) {
    const tag = text.charCodeAt(at++);
    switch (tag) {
      case 112: // p
        elements.push(BigInt(until(at + 1 + text.charCodeAt(at) - 96).slice(1)));
        break;
      case 110: // n
        elements.push(-BigInt(complement(until(at + 1 + 123 - text.charCodeAt(at)).slice(1))));
        break;
      case 114: // r
        elements.push(decodeReal(until(at + 16)));
        break;
      case 115: {
        const raw = until(endOfText(text, at));
        elements.push(raw.includes('\0') ? raw.replaceAll('\0\x01', '\0') : raw);
        at += 2;
        break;
      }
      case 120: // x
        elements.push(bytesOfHex(until(text.indexOf('\0', at))));
        at++;
        break;
      default:
        assert(tag === 122, 'an element of an array begins with its tag');
        elements.push(null);
    }
  }
  return elements;
}

/** Where the two U+0000 are that end a text. */
function endOfText(text: string, from: number): number {
  let at = text.indexOf('\0', from);
  while (text.charCodeAt(at + 1) === 1) at = text.indexOf('\0', at + 2);
  return at;
}

function complement(digits: string): string {
  let out = '';
  for (let i = 0; i < digits.length; i++) out += 57 - digits.charCodeAt(i);
  return out;
}

const view = new DataView(new ArrayBuffer(8));
const SIGN = 1n << 63n;

function encodeReal(value: number): string {
  view.setFloat64(0, value + 0);
  const bits = view.getBigUint64(0);
  return (bits >= SIGN ? BigInt.asUintN(64, ~bits) : bits | SIGN).toString(16).padStart(16, '0');
}

function decodeReal(hex: string): number {
  const bits = BigInt(`0x${hex}`);
  view.setBigUint64(0, bits >= SIGN ? bits ^ SIGN : BigInt.asUintN(64, ~bits));
  return view.getFloat64(0);
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
