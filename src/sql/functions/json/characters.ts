/** Characters of JSON5, as SQLite reads it. Every function takes a position at which -1 or NaN (the end) is no match. */

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 102);
}

export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 122);
}

/** JSON's own white space. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** What an unquoted label may consist of. */
export function isLabelCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 95 || code === 36 || code >= 128;
}

export function isHexAt(text: string, at: number, digits: number): boolean {
  for (let i = at; i < at + digits; i++) if (!isHexDigit(text.charCodeAt(i))) return false;
  return true;
}

/** True for what JSON5 calls white space besides JSON's: one code unit. */
function isWideSpace(code: number): boolean {
  switch (code) {
    case 0x0b:
    case 0x0c:
    case 0xa0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x3000:
    case 0xfeff:
      return true;
    default:
      return code >= 0x2000 && code <= 0x200a;
  }
}

/** Where white space and comments that begin at a position end. */
export function skipSpace5(text: string, from: number): number {
  for (let at = from; ; ) {
    const code = text.charCodeAt(at);
    if (isSpace(code) || isWideSpace(code)) at++;
    else {
      const end = code === 47 ? commentEnd(text, at) : at;
      if (end === at) return at;
      at = end;
    }
  }
}

/** Where the comment ends that a slash begins; the slash itself when it begins none. */
function commentEnd(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  if (next === 42) {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? at : end + 2;
  }
  if (next !== 47) return at;
  let end = at + 2;
  while (end < text.length && !isLineEnd(text.charCodeAt(end))) end++;
  return Math.min(end + 1, text.length);
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}
