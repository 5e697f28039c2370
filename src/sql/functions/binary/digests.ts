/** The first `count` primes. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
}

/** The first 32 bits behind the point. */
function fraction(value: number): number {
  return ((value % 1) * 2 ** 32) | 0;
}

const SHA_START = primes(8).map((p) => fraction(p ** (1 / 2)));
const SHA_ROUNDS = primes(64).map((p) => fraction(p ** (1 / 3)));
const MD5_START = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
const MD5_ROUNDS = Array.from({ length: 64 }, (_, i) => (Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** The bytes with a 1 bit, zeros and the length in bits behind them, in blocks of 64. */
function blocks(bytes: Uint8Array, littleEndian: boolean): DataView {
  const size = (((bytes.length + 8) >> 6) + 1) << 6;
  const padded = new Uint8Array(size);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  const high = Math.floor(bytes.length / 2 ** 29);
  view.setUint32(size - (littleEndian ? 4 : 8), high, littleEndian);
  view.setUint32(size - (littleEndian ? 8 : 4), bytes.length << 3, littleEndian);
  return view;
}

function bytesOf(words: Int32Array, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => {
    view.setInt32(i * 4, word, littleEndian);
  });
  return new Uint8Array(view.buffer);
}

function rotateRight(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n));
}

/** FIPS 180-4, SHA-256: 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const view = blocks(bytes, false);
  const hash = Int32Array.from(SHA_START);
  const schedule = new Int32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) schedule[i] = view.getInt32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const [x, y] = [schedule[i - 15], schedule[i - 2]];
      const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      schedule[i] = (schedule[i - 16] + s0 + schedule[i - 7] + s1) | 0;
    }
    sha256Block(hash, schedule);
  }
  return bytesOf(hash, false);
}

function sha256Block(hash: Int32Array, schedule: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = hash;
  for (let i = 0; i < 64; i++) {
    const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + SHA_ROUNDS[i] + schedule[i]) | 0;
    const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  const words = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) hash[i] += words[i];
}

/** RFC 1321, MD5: 16 bytes. */
export function md5(bytes: Uint8Array): Uint8Array {
  const view = blocks(bytes, true);
  const hash = Int32Array.from(MD5_START);
  for (let at = 0; at < view.byteLength; at += 64) md5Block(hash, view, at);
  return bytesOf(hash, true);
}

function md5Block(hash: Int32Array, view: DataView, at: number): void {
  let [a, b, c, d] = hash;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const [mixed, word] =
      round === 0
        ? [(b & c) | (~b & d), i]
        : round === 1
          ? [(d & b) | (~d & c), 5 * i + 1]
          : round === 2
            ? [b ^ c ^ d, 3 * i + 5]
            : [c ^ (b | ~d), 7 * i];
    const sum = (a + mixed + MD5_ROUNDS[i] + view.getInt32(at + (word & 15) * 4, true)) | 0;
    const shift = MD5_SHIFTS[round * 4 + (i & 3)];
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
  }
  hash[0] += a;
  hash[1] += b;
  hash[2] += c;
  hash[3] += d;
}
