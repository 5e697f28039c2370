/** How one value is written where the type is lost: in tables and CSV. NULL is the caller's. */
export function cellText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      break;
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return hexText(value);
  return cellJson(value);
}

/** One value as JSON. Integers beyond 2^53 stay digits, as JSON allows; bytes become hexadecimal text. */
export function cellJson(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return JSON.stringify(hexText(value));
  if (value instanceof Float32Array) return JSON.stringify(Array.from(value));
  if (Array.isArray(value)) return `[${value.map(cellJson).join(',')}]`;
  return JSON.stringify(value);
}

function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
