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

const START = primes(8).map((p) => fraction(p ** (1 / 2)));
const ROUNDS = Int32Array.from(primes(64), (p) => fraction(p ** (1 / 3)));

const BLOCK_BYTES = 64;

function rotateRight(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n));
}

/** FIPS 180-4, SHA-256, of bytes that come piece by piece. */
export class Sha256 {
  private readonly hash = Int32Array.from(START);
  private readonly schedule = new Int32Array(BLOCK_BYTES);
  /** The last bytes, as long as they do not fill a block. */
  private readonly rest = new Uint8Array(BLOCK_BYTES);
  private restBytes = 0;
  private lengthBytes = 0;

  update(bytes: Uint8Array): this {
    this.lengthBytes += bytes.length;
    let at = 0;
    if (this.restBytes > 0) {
      at = Math.min(bytes.length, BLOCK_BYTES - this.restBytes);
      this.rest.set(bytes.subarray(0, at), this.restBytes);
      this.restBytes += at;
      if (this.restBytes < BLOCK_BYTES) return this;
      this.addBlock(this.rest, 0);
      this.restBytes = 0;
    }
    for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) this.addBlock(bytes, at);
    this.rest.set(bytes.subarray(at));
    this.restBytes = bytes.length - at;
    return this;
  }

  /** 32 bytes; nothing can be added behind. */
  digest(): Uint8Array {
    const { lengthBytes, restBytes } = this;
    const padding = new Uint8Array(((restBytes + 8) >> 6) * BLOCK_BYTES + BLOCK_BYTES - restBytes);
    padding[0] = 0x80;
    const end = new DataView(padding.buffer);
    end.setUint32(padding.length - 8, Math.floor(lengthBytes / 2 ** 29));
    end.setUint32(padding.length - 4, lengthBytes << 3);
    this.update(padding);
    const view = new DataView(new ArrayBuffer(32));
    for (let i = 0; i < 8; i++) view.setInt32(i * 4, this.hash[i]);
    return new Uint8Array(view.buffer);
  }

  private addBlock(bytes: Uint8Array, at: number): void {
    const { schedule } = this;
    for (let i = 0, k = at; i < 16; i++, k += 4)
      schedule[i] = (bytes[k] << 24) | (bytes[k + 1] << 16) | (bytes[k + 2] << 8) | bytes[k + 3];
    for (let i = 16; i < 64; i++) {
      const x = schedule[i - 15];
      const y = schedule[i - 2];
      const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      schedule[i] = (schedule[i - 16] + s0 + schedule[i - 7] + s1) | 0;
    }
    compress(this.hash, schedule);
  }
}

function compress(hash: Int32Array, schedule: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = hash;
  for (let i = 0; i < 64; i++) {
    const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + schedule[i]) | 0;
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
  hash[0] += a;
  hash[1] += b;
  hash[2] += c;
  hash[3] += d;
  hash[4] += e;
  hash[5] += f;
  hash[6] += g;
  hash[7] += h;
}

/** Of all bytes at once: 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Sha256().update(bytes).digest();
}
