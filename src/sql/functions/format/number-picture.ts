import { HeliosError } from '../../../base/errors.ts';
import { ordinalEnding } from '../datetime/pattern.ts';

/** A format of PostgreSQL's to_char for numbers, taken apart. */
interface Picture {
  /** What is shown, in order: places for digits, and what stands between them. */
  readonly elements: readonly PictureElement[];
  readonly fill: boolean;
  /** Places before and behind the decimal point. */
  readonly whole: number;
  readonly places: number;
  /** Index among the whole places of the first that shows zeros; `whole` when none does. */
  readonly zerosFrom: number;
  /** Digits behind the point that are shown even when they are zeros at the end, with FM. */
  readonly fixedPlaces: number;
  /** V: how many powers of ten the number is multiplied by. */
  readonly shift: number;
  readonly hasSign: boolean;
  readonly angled: boolean;
}

interface PictureElement {
  readonly kind:
    | 'digit'
    | 'zero'
    | 'point'
    | 'group'
    | 'sign'
    | 'minus'
    | 'plus'
    | 'both'
    | 'ordinal'
    | 'currency'
    | 'text';
  readonly text: string;
}

const KINDS: Readonly<Record<string, PictureElement['kind']>> = {
  '9': 'digit',
  '0': 'zero',
  '.': 'point',
  D: 'point',
  ',': 'group',
  G: 'group',
  S: 'sign',
  MI: 'minus',
  PL: 'plus',
  SG: 'both',
  TH: 'ordinal',
  L: 'currency',
};

const TOKEN = /"((?:[^"\\]|\\.)*)"?|FM|EEEE|RN|PR|PL|SG|MI|TH|[90.DGSVL,]|[\s\S]/giu;

function parsePicture(format: string): { readonly picture: Picture; readonly form: 'RN' | 'rn' | 'EEEE' | null } {
  const elements: PictureElement[] = [];
  const state = { fill: false, whole: 0, places: 0, zerosFrom: -1, fixedPlaces: 0, shift: -1, hasSign: false };
  let [angled, behindPoint] = [false, false];
  let form: 'RN' | 'rn' | 'EEEE' | null = null;
  for (const [all, quoted] of format.matchAll(TOKEN)) {
    const token = all.toUpperCase();
    if (quoted !== undefined) elements.push({ kind: 'text', text: quoted.replace(/\\(.)/gs, '$1') });
    else if (token === 'FM') state.fill = true;
    else if (token === 'PR') angled = true;
    else if (token === 'RN') form = all === 'RN' ? 'RN' : 'rn';
    else if (token === 'EEEE') form = 'EEEE';
    else if (token === 'V') state.shift = 0;
    else {
      const kind = KINDS[token] ?? 'text';
      elements.push({ kind, text: all });
      if (kind === 'point') behindPoint = true;
      if (kind === 'sign' || kind === 'minus' || kind === 'plus' || kind === 'both') state.hasSign = true;
      if (kind !== 'digit' && kind !== 'zero') continue;
      if (state.shift >= 0) state.shift++;
      if (behindPoint) {
        state.places++;
        if (kind === 'zero') state.fixedPlaces = state.places;
      } else {
        if (kind === 'zero' && state.zerosFrom < 0) state.zerosFrom = state.whole;
        state.whole++;
      }
    }
  }
  const { shift, zerosFrom } = state;
  const picture = {
    ...state,
    elements,
    angled,
    shift: Math.max(0, shift),
    zerosFrom: zerosFrom < 0 ? state.whole : zerosFrom,
  };
  return { picture, form };
}

/** A number by a format of PostgreSQL's to_char. */
export function numberToChar(value: number | bigint, format: string): string {
  const { picture, form } = parsePicture(format);
  if (form === 'RN' || form === 'rn') {
    const roman = form === 'RN' ? toRoman(value) : toRoman(value).toLowerCase();
    return picture.fill ? roman : roman.padStart(15);
  }
  if (form === 'EEEE') {
    const text = Math.abs(Number(value))
      .toExponential(picture.places)
      .replace(/e([+-])(\d)$/, 'e$10$2');
    return (value < 0 ? '-' : picture.fill ? '' : ' ') + text;
  }
  return draw(picture, value);
}

const ROMAN = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
] as const;

/** 1 to 3999; what else there is fills the width with #. */
function toRoman(value: number | bigint): string {
  let rest = Math.round(Number(value));
  if (!(rest >= 1 && rest <= 3999)) return '#'.repeat(15);
  let text = '';
  for (const [amount, letters] of ROMAN) {
    while (rest >= amount) {
      text += letters;
      rest -= amount;
    }
  }
  return text;
}

/** Digits before and behind the point, rounded half away from zero to the picture's places. */
function digitsOf(value: number | bigint, { places, shift }: Picture): readonly [string, string] {
  if (typeof value === 'bigint') {
    const magnitude = (value < 0n ? -value : value) * 10n ** BigInt(shift);
    return [magnitude.toString(), '0'.repeat(places)];
  }
  if (!Number.isFinite(value)) throw new HeliosError('INVALID_VALUE', 'to_char() takes finite numbers');
  // The decimal digits that the number is written with, so that 0.285 rounds as it looks.
  const [mantissa, exponent = '0'] = String(Math.abs(value)).split('e');
  const [head, tail = ''] = mantissa.split('.');
  const point = head.length + Number(exponent) + shift;
  const digits = head + tail;
  const kept = point + places;
  const padded = kept <= 0 ? '0' : digits.slice(0, kept).padEnd(kept, '0');
  const next = kept < 0 ? '0' : (digits[kept] ?? '0');
  const rounded = (BigInt(padded) + (next >= '5' ? 1n : 0n)).toString().padStart(places + 1, '0');
  return [rounded.slice(0, rounded.length - places), rounded.slice(rounded.length - places)];
}

function draw(picture: Picture, value: number | bigint): string {
  const { elements, fill, whole, zerosFrom, fixedPlaces } = picture;
  let [digits, fraction] = digitsOf(value, picture);
  if (digits === '0' && whole > 0 && zerosFrom === whole && fraction !== '') digits = '';
  const isOverflow = digits.replace(/^0+/, '').length > whole;
  const isNegative = value < 0 && /[1-9]/.test(digits + fraction);
  if (isOverflow) {
    digits = '#'.repeat(whole);
    fraction = '#'.repeat(fraction.length);
  } else digits = whole === 0 ? '' : digits.padStart(whole, ' ');
  const shownFrom = Math.min(digits.search(/\S|$/), zerosFrom);
  const shownPlaces = fill ? Math.max(fixedPlaces, fraction.replace(/0+$/, '').length) : fraction.length;
  const sign = signAround(picture, isNegative);
  let text = '';
  let [wholeAt, fractionAt, isStarted] = [0, 0, false];
  let behindPoint = false;
  const start = (): void => {
    if (!isStarted) text += sign.before;
    isStarted = true;
  };
  for (const { kind, text: written } of elements) {
    switch (kind) {
      case 'digit':
      case 'zero':
        if (behindPoint) text += fractionAt < shownPlaces ? fraction[fractionAt] : '';
        if (behindPoint) fractionAt++;
        else if (wholeAt++ < shownFrom) text += fill ? '' : ' ';
        else {
          start();
          text += digits[wholeAt - 1] === ' ' ? '0' : digits[wholeAt - 1];
        }
        break;
      case 'point':
        start();
        behindPoint = true;
        text += '.';
        break;
      case 'group':
        text += wholeAt > shownFrom ? ',' : fill ? '' : ' ';
        break;
      default:
        text += mark(kind, written, isNegative, fill, value, sign.anchored, isStarted || wholeAt > 0);
    }
  }
  if (!isStarted && whole > 0) text += sign.before;
  return text + sign.after;
}

/** What stands directly before the first digit, and at the end. `anchored`: S draws the sign where it stands. */
function signAround({ elements, fill, hasSign, angled }: Picture, isNegative: boolean) {
  const first = elements.findIndex(({ kind }) => kind === 'digit' || kind === 'zero');
  const leading = elements.slice(0, first).some(({ kind }) => kind === 'sign');
  if (angled)
    return { before: isNegative ? '<' : fill ? '' : ' ', after: isNegative ? '>' : fill ? '' : ' ', anchored: false };
  if (leading) return { before: isNegative ? '-' : '+', after: '', anchored: true };
  const before = hasSign ? '' : isNegative ? '-' : fill ? '' : ' ';
  return { before, after: '', anchored: false };
}

function mark(
  kind: PictureElement['kind'],
  written: string,
  isNegative: boolean,
  fill: boolean,
  value: number | bigint,
  anchored: boolean,
  isBehind: boolean,
): string {
  switch (kind) {
    case 'sign':
      return anchored && !isBehind ? '' : isNegative ? '-' : '+';
    case 'minus':
      return isNegative ? '-' : fill ? '' : ' ';
    case 'plus':
      return isNegative ? (fill ? '' : ' ') : '+';
    case 'both':
      return isNegative ? '-' : '+';
    case 'ordinal': {
      const ending = isNegative ? '' : ordinalEnding(Math.trunc(Number(value)));
      return written === 'TH' ? ending.toUpperCase() : ending;
    }
    case 'currency':
      return fill ? '' : ' ';
    default:
      return written;
  }
}
