import { isHeliosError } from '../../src/base/errors.ts';

/** A named check of a contract suite: throws when the implementation breaks its promise. Free of any test framework. */
export interface ContractCheck<Subject> {
  readonly name: string;
  run(subject: Subject): void | Promise<void>;
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

export function expectBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  expectEqual(actual.length, expected.length, `${what}: length`);
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  if (at >= 0) throw new Error(`${what}: byte ${at} expected ${expected[at]}, got ${actual[at]}`);
}

/** The action must fail with a HeliosError of one of the codes. */
export async function expectError(codes: readonly string[], what: string, action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (isHeliosError(error) && codes.includes(error.code)) return;
    throw new Error(`${what}: expected ${codes.join(' or ')}, got ${String(error)}`, { cause: error });
  }
  throw new Error(`${what}: expected ${codes.join(' or ')}, but it succeeded`);
}
