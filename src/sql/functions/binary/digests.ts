const MD5_START = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
const MD5_ROUNDS = Array.from({ length: 64 }, (_, i) => (Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** The bytes with a 1 bit, zeros and the length in bits behind them, in blocks of 64. */
function blocks(bytes: Uint8Array): DataView {
  const size = (((bytes.length + 8) >> 6) + 1) << 6;
  const padded = new Uint8Array(size);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  const high = Math.floor(bytes.length / 2 ** 29);
  view.setUint32(size - 4, high, true);
  view.setUint32(size - 8, bytes.length << 3, true);
  return view;
}

function bytesOf(words: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => {
    view.setInt32(i * 4, word, true);
  });
  return new Uint8Array(view.buffer);
}

/** RFC 1321, MD5: 16 bytes. */
export function md5(bytes: Uint8Array): Uint8Array {
  const view = blocks(bytes);
  const hash = Int32Array.from(MD5_START);
  for (let at = 0; at < view.byteLength; at += 64) md5Block(hash, view, at);
  return bytesOf(hash);
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
