import { HeliosError } from './errors.ts';

const encoder = new TextEncoder();
/** A byte order mark is a character like any other: a text that begins with one keeps it. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Appends little-endian primitives to a buffer that grows. Used by every on-disk format. */
export class ByteWriter {
  private buffer: Uint8Array;
  private view: DataView;
  private used = 0;

  constructor(initialCapacityBytes = 1024) {
    this.buffer = new Uint8Array(initialCapacityBytes);
    this.view = new DataView(this.buffer.buffer);
  }

  get length(): number {
    return this.used;
  }

  /** The bytes written so far: a view that the next write may invalidate. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.used);
  }

  /** Forgets what was written and keeps the capacity. */
  clear(): void {
    this.used = 0;
  }

  /** Makes room for `lengthBytes` and returns the offset where they start; the caller fills them. */
  reserve(lengthBytes: number): number {
    const at = this.used;
    const needed = at + lengthBytes;
    if (needed > this.buffer.length) this.grow(needed);
    this.used = needed;
    return at;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
  }

  /** A non-negative safe integer as 8 bytes. */
  /** A safe integer; a negative one as its two's complement. */
  u64(value: number): void {
    const at = this.reserve(8);
    this.view.setUint32(at, value >>> 0, true);
    this.view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
  }

  i64(value: bigint): void {
    const at = this.reserve(8);
    this.view.setBigInt64(at, value, true);
  }

  f64(value: number): void {
    const at = this.reserve(8);
    this.view.setFloat64(at, value, true);
  }

  /** LEB128 of a non-negative safe integer, 1 to 8 bytes. */
  varint(value: number): void {
    while (value >= 0x80) {
      this.u8((value % 0x80) | 0x80);
      value = Math.floor(value / 0x80);
    }
    this.u8(value);
  }

  /** A safe integer of either sign, zigzag then LEB128. */
  signedVarint(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  /** Length (varint) and bytes. */
  blob(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Length in bytes (varint) and UTF-8. Lone surrogates become U+FFFD, as TextEncoder does. */
  text(value: string): void {
    this.blob(encoder.encode(value));
  }

  setU32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  private grow(neededBytes: number): void {
    const grown = new Uint8Array(Math.max(neededBytes, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.used));
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads what {@link ByteWriter} wrote. Every overrun is a CORRUPT error that names `what`: never a RangeError. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Made for those who ask for what needs one: many readers read a few small numbers, and a view costs as much as those. */
  private view: DataView | null = null;
  private readonly what: string;
  /** What errors add to a position. */
  private readonly firstByte: number;
  private at: number;
  private end: number;

  constructor(bytes: Uint8Array, what: string, at = 0, firstByte = 0) {
    this.bytes = bytes;
    this.what = what;
    this.firstByte = firstByte;
    this.at = at;
    this.end = bytes.length;
  }

  /** Goes on with bytes [at, end). */
  move(at: number, end: number): void {
    this.at = at;
    this.end = end;
  }

  get position(): number {
    return this.at;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.bytes[this.take(1)];
  }

  /** The next byte, which stays the next; undefined at the end. */
  peek(): number | undefined {
    return this.at < this.end ? this.bytes[this.at] : undefined;
  }

  u16(): number {
    return this.u32At(this.take(2)) & 0xffff;
  }

  u32(): number {
    return this.u32At(this.take(4));
  }

  u64(): number {
    const at = this.take(8);
    const value = this.u32At(at + 4) * 0x1_0000_0000 + this.u32At(at);
    if (!Number.isSafeInteger(value)) this.fail('a 64-bit length out of range');
    return value;
  }

  i64(): bigint {
    return this.wide().getBigInt64(this.take(8), true);
  }

  f64(): number {
    return this.wide().getFloat64(this.take(8), true);
  }

  varint(): number {
    const first = this.peek();
    if (first !== undefined && first < 0x80) {
      this.at++;
      return first;
    }
    return this.longVarint();
  }

  private longVarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) this.fail('a number out of range');
        return value;
      }
      scale *= 0x80;
    }
    return this.fail('a number longer than 8 bytes');
  }

  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view of the next bytes, not a copy. */
  raw(lengthBytes: number): Uint8Array {
    const at = this.take(lengthBytes);
    return this.bytes.subarray(at, at + lengthBytes);
  }

  blob(): Uint8Array {
    return this.raw(this.varint());
  }

  /** Passes over the next bytes and returns where in {@link bytes} they begin. */
  skip(lengthBytes: number): number {
    return this.take(lengthBytes);
  }

  text(): string {
    const bytes = this.blob();
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      const message = `${this.what}: text at byte ${this.firstByte + this.at} is not UTF-8`;
      throw new HeliosError('CORRUPT', message, { cause });
    }
  }

  fail(found: string): never {
    throw new HeliosError('CORRUPT', `${this.what}: ${found} at byte ${this.firstByte + this.at}`);
  }

  /** The four bytes at any place of {@link bytes}, zeros beyond their end: the reader stays where it is. */
  u32At(at: number): number {
    const { bytes } = this;
    return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
  }

  private wide(): DataView {
    const { bytes } = this;
    this.view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.view;
  }

  private take(lengthBytes: number): number {
    const at = this.at;
    if (at + lengthBytes > this.end) this.fail(`${lengthBytes} bytes expected beyond the end`);
    this.at = at + lengthBytes;
    return at;
  }
}
