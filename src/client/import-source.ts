import { HeliosError } from '../base/errors.ts';
import type { ImportSource } from './types.ts';

/** The source's bytes, in chunks. Throws MISUSE for what has none. */
export async function* chunksOf(source: ImportSource): AsyncGenerator<Uint8Array, void, undefined> {
  if (source instanceof Uint8Array) yield source;
  else if (isStream(source)) yield* readAll(source);
  else if (isBlob(source)) yield* readAll(source.stream());
  else if (isIterable(source)) for await (const chunk of source) yield checked(chunk);
  else throw notBytes();
}

/** As {@link chunksOf}, of what needs no waiting. */
export function* syncChunksOf(source: ImportSource): Generator<Uint8Array, void, undefined> {
  if (source instanceof Uint8Array) yield source;
  else if (typeof source === 'object' && source !== null && Symbol.iterator in source) {
    for (const chunk of source) yield checked(chunk);
  } else {
    throw new HeliosError('MISUSE', 'openSync takes `from` as a Uint8Array or an iterable of them', {
      hint: 'Use open() for streams.',
    });
  }
}

async function* readAll(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  // Not every browser can iterate over a stream.
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      yield checked(value);
    }
  } finally {
    if (!isDone) await reader.cancel();
  }
}

function isStream(source: ImportSource): source is ReadableStream<Uint8Array> {
  return typeof source === 'object' && source !== null && 'getReader' in source;
}

function isBlob(source: ImportSource): source is Blob {
  return typeof Blob !== 'undefined' && source instanceof Blob;
}

function isIterable(source: ImportSource): source is AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source);
}

function checked(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw notBytes();
}

function notBytes(): HeliosError {
  return new HeliosError(
    'MISUSE',
    'option from takes what export() gave: a stream of Uint8Arrays, a Blob, a Uint8Array',
  );
}
