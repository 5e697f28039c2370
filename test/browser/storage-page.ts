import { isHeliosError } from '../../src/base/errors.ts';
import { openOpfsStorage } from '../../src/opfs/opfs-storage.ts';
import type { StorageAnswer, StorageCommand } from './storage-worker.ts';

/** What the tests drive from outside: workers by number, and the storage on the page itself. */
export interface StoragePage {
  start(): number;
  call(worker: number, command: StorageCommand): Promise<StorageAnswer>;
  terminate(worker: number): void;
  openOnPage(): Promise<string>;
}

declare global {
  interface Window {
    storagePage: StoragePage;
  }
}

const workers: Worker[] = [];

window.storagePage = {
  start: () => workers.push(new Worker(new URL('./storage-worker.ts', import.meta.url), { type: 'module' })) - 1,
  call: (worker, command) =>
    new Promise((resolve, reject) => {
      workers[worker].onmessage = (event: MessageEvent<StorageAnswer>) => resolve(event.data);
      workers[worker].onerror = (event) => reject(new Error(event.message));
      workers[worker].postMessage(command);
    }),
  terminate: (worker) => workers[worker].terminate(),
  async openOnPage() {
    try {
      (await openOpfsStorage('page')).close();
      return 'opened';
    } catch (error) {
      return isHeliosError(error) ? `${error.code}: ${error.message}` : String(error);
    }
  },
};
