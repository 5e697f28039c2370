/** The arrays of bytes and numbers that a program can ask for, by the names under which it finds them. */
const TYPED_ARRAYS = [
  'Uint8Array',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
] as const;

type Constructor = { new (...args: unknown[]): object; readonly BYTES_PER_ELEMENT: number };

/**
 * Counts the bytes of all typed arrays that are made while it is installed, whether or not they are still in use: never
 * less than what is in use at once. A request beyond the limit throws before the memory is there.
 */
export class AllocationMeter {
  private readonly limitBytes: number;
  private readonly originals = new Map<string, Constructor>();
  private bytes = 0;
  private largest = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** The most that any one measurement has counted. */
  get largestBytes(): number {
    return this.largest;
  }

  /** Begins a measurement. */
  reset(): void {
    this.bytes = 0;
  }

  install(): void {
    const world = globalThis as unknown as Record<string, Constructor>;
    for (const name of TYPED_ARRAYS) {
      const original = world[name];
      this.originals.set(name, original);
      world[name] = new Proxy(original, {
        construct: (target, args, newTarget) => {
          this.count(lengthOf(args[0]) * target.BYTES_PER_ELEMENT);
          return Reflect.construct(target, args, newTarget === world[name] ? target : newTarget);
        },
      });
    }
  }

  uninstall(): void {
    const world = globalThis as unknown as Record<string, Constructor>;
    for (const [name, original] of this.originals) world[name] = original;
    this.originals.clear();
  }

  private count(bytes: number): void {
    this.bytes += bytes;
    this.largest = Math.max(this.largest, this.bytes);
    if (this.bytes > this.limitBytes) throw new Error(`more than ${this.limitBytes} bytes were asked for`);
  }
}

/** Elements that the first argument of a constructor asks for; none where it is a buffer, of which only a view is made. */
function lengthOf(first: unknown): number {
  if (typeof first === 'number') return Number.isFinite(first) ? first : 0;
  if (typeof first !== 'object' || first === null || first instanceof ArrayBuffer) return 0;
  return 'length' in first && typeof first.length === 'number' ? first.length : 0;
}
