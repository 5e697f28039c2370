/**
 * Arrays without elements, shared: short statements make many buffers that stay empty or grow at once, and every typed
 * array costs about as much as a dozen plain objects.
 */
export const NO_DOUBLES = new Float64Array(0);
export const NO_BIGINTS = new BigInt64Array(0);
export const NO_INTS = new Int32Array(0);
export const NO_UINTS = new Uint32Array(0);
export const NO_BYTES = new Uint8Array(0);
