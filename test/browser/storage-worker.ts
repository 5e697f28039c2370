import { isHeliosError } from '../../src/base/errors.ts';
import { deleteOpfsDatabase, type OpfsStorage, openOpfsStorage } from '../../src/opfs/opfs-storage.ts';
import { storageContract } from '../contract/storage-contract.ts';

export type StorageCommand =
  | { readonly kind: 'contract'; readonly check: string }
  | { readonly kind: 'open'; readonly name: string; readonly create?: boolean; readonly lockTimeoutMs?: number }
  | { readonly kind: 'write'; readonly lengthBytes: number; readonly value: number; readonly at: number }
  | { readonly kind: 'read' }
  | { readonly kind: 'stillExists' }
  | { readonly kind: 'close' }
  | { readonly kind: 'delete'; readonly name: string; readonly lockTimeoutMs?: number };

/** `ok` with a value, or the code and message of the error. */
export type StorageAnswer =
  | { readonly ok: true; readonly value: number | boolean | string }
  | { readonly ok: false; readonly code: string; readonly message: string };

let storage: OpfsStorage | null = null;

function opened(): OpfsStorage {
  if (storage === null) throw new Error('nothing is open');
  return storage;
}

async function runContract(checkName: string): Promise<string> {
  const check = storageContract.find((each) => each.name === checkName);
  if (check === undefined) throw new Error(`no check is named ${checkName}`);
  const name = `contract-${storageContract.indexOf(check)}`;
  await deleteOpfsDatabase(name);
  await check.run({ open: () => openOpfsStorage(name, { lockTimeoutMs: 100 }) });
  await deleteOpfsDatabase(name);
  return checkName;
}

async function run(command: StorageCommand): Promise<number | boolean | string> {
  switch (command.kind) {
    case 'contract':
      return runContract(command.check);
    case 'open':
      storage = await openOpfsStorage(command.name, command);
      return storage.main.size();
    case 'write':
      opened().main.write(new Uint8Array(command.lengthBytes).fill(command.value), command.at);
      opened().main.flush();
      return opened().main.size();
    case 'read': {
      const into = new Uint8Array(opened().main.size());
      opened().main.read(into, 0);
      return into.join(' ');
    }
    case 'stillExists':
      return opened().stillExists();
    case 'close':
      opened().close();
      return true;
    case 'delete':
      await deleteOpfsDatabase(command.name, command);
      return true;
  }
}

self.onmessage = async (event: MessageEvent<StorageCommand>) => {
  let answer: StorageAnswer;
  try {
    answer = { ok: true, value: await run(event.data) };
  } catch (error) {
    answer = { ok: false, code: isHeliosError(error) ? error.code : 'other', message: String(error) };
  }
  self.postMessage(answer);
};
