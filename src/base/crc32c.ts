import { plantedBugs } from './planted-bugs.ts';

// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), slicing by 8: M. Kounavis, F. Berry, "Novel table
// lookup-based algorithms for high-performance CRC generation", IEEE Trans. Computers 57 (2008).
const POLYNOMIAL = 0x82f63b78;
const TABLES = buildTables();

function buildTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[i] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const previous = tables[i - 256];
    tables[i] = tables[previous & 0xff] ^ (previous >>> 8);
  }
  return tables;
}

/**
 * The CRC-32C of `bytes[from, to)` as an unsigned 32-bit number. `seed` continues an earlier CRC, so that
 * crc32c(b, crc32c(a)) is the CRC of a followed by b.
 */
export function crc32c(bytes: Uint8Array, seed = 0, from = 0, to = bytes.length): number {
  const t = TABLES;
  let crc = ~seed;
  let i = from;
  for (const end = to - 7; i < end; i += 8) {
    const low = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    crc =
      t[1792 + (low & 0xff)] ^
      t[1536 + ((low >>> 8) & 0xff)] ^
      t[1280 + ((low >>> 16) & 0xff)] ^
      t[1024 + (low >>> 24)] ^
      t[768 + bytes[i + 4]] ^
      t[512 + bytes[i + 5]] ^
      t[256 + bytes[i + 6]] ^
      t[bytes[i + 7]];
  }
  for (; i < to; i++) crc = t[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Whether `bytes[from, to)` have the CRC that was stored for them. Every check of what was read goes through here. */
export function matchesCrc(bytes: Uint8Array, crc: number, from = 0, to = bytes.length): boolean {
  return crc32c(bytes, 0, from, to) === crc || plantedBugs.skipChecksum;
}
