import { DatabaseImport } from '../../engine/backup/database-import.ts';
import type { Storage } from '../../storage/storage.ts';

/** Makes the storage of a new database hold what was exported. On failure nothing is left in it. */
export async function importInto(storage: Storage, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const target = new DatabaseImport(storage);
  try {
    for await (const chunk of chunks) target.write(chunk);
  } catch (error) {
    target.abandon();
    throw error;
  }
  target.finish();
}

/** As {@link importInto}, at once. */
export function importIntoSync(storage: Storage, chunks: Iterable<Uint8Array>): void {
  const target = new DatabaseImport(storage);
  try {
    for (const chunk of chunks) target.write(chunk);
  } catch (error) {
    target.abandon();
    throw error;
  }
  target.finish();
}
