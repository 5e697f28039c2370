import { createHash } from 'node:crypto';
import type { ChunkedBytes } from '../../src/storage/chunked-bytes.ts';

/** Of chunks that never change again. Disks that crash in another way at the same moment have nearly all of theirs in common. */
const digests = new WeakMap<Uint8Array, Uint8Array>();

/** Equal for equal bytes in each of the files, and for nothing else. `empty`: a chunk of theirs full of zeros. */
export function fingerprintOf(files: readonly ChunkedBytes[], empty: Uint8Array): string {
  const hash = createHash('sha1');
  for (const file of files) {
    // Whoever writes next takes chunks of its own, so that these stay as they are.
    const { size } = file;
    const kept = file.copy();
    // The length keeps a byte from moving between the files.
    hash.update(`${size} `);
    for (let i = 0; i < Math.ceil(size / empty.length); i++) hash.update(digestOf(kept.chunkAt(i) ?? empty));
  }
  return hash.digest('base64');
}

function digestOf(chunk: Uint8Array): Uint8Array {
  let digest = digests.get(chunk);
  if (digest === undefined) {
    digest = createHash('sha1').update(chunk).digest();
    digests.set(chunk, digest);
  }
  return digest;
}
