import { HeliosError } from '../../base/errors.ts';
import type { PresentOptions } from '../../sql/expressions/coercion/present.ts';
import type { Backend, ByteStream, FunctionKind, TransactionChannel } from '../channel.ts';
import type { CheckReport, Stats, StorageInfo, TransactionOptions } from '../types.ts';
import { DEFAULT_CHANNEL } from './protocol.ts';
import { RemoteChannel, RemoteTransaction } from './remote-channel.ts';
import type { WorkerLink } from './worker-link.ts';

/** A database in a worker: see {@link Backend}. */
export class RemoteBackend extends RemoteChannel implements Backend {
  readonly storage: StorageInfo;
  private readonly release: () => void;
  private closing: Promise<void> | null = null;

  /** `release` ends the worker and whatever watches it. */
  constructor(link: WorkerLink, present: PresentOptions, storage: StorageInfo, release: () => void) {
    super(link, DEFAULT_CHANNEL, present);
    this.storage = storage;
    this.release = release;
  }

  async begin(options: TransactionOptions): Promise<TransactionChannel> {
    const { readOnly, asOf } = options;
    const number = await this.signalled(options, (call) => this.link.call('begin', call, { readOnly, asOf }));
    return new RemoteTransaction(this.link, number, this.present, options.signal);
  }

  async register(kind: FunctionKind): Promise<void> {
    throw new HeliosError('NOT_SUPPORTED', `${kind}() cannot reach the engine: in the browser it runs in a worker`, {
      hint: "Put the functions into a module: await db.loadFunctions(new URL('./functions.js', import.meta.url)).",
    });
  }

  async loadFunctions(url: string): Promise<void> {
    // The worker lies elsewhere: what is relative, is so to the page.
    await this.link.call('loadFunctions', new URL(url, document.baseURI).href);
  }

  async openExport(): Promise<ByteStream> {
    const { link } = this;
    const number = await link.call('openExport');
    let isOver = false;
    const close = async (): Promise<void> => {
      if (isOver) return;
      isOver = true;
      // A worker that is gone keeps nothing open.
      if (!link.isOver) await link.call('closeExport', number);
    };
    const next = async (): Promise<Uint8Array | null> => {
      const chunk = isOver ? null : await link.call('readExport', number);
      if (chunk === null) await close();
      return chunk;
    };
    return { next, close };
  }

  check(): Promise<CheckReport> {
    return this.link.call('check');
  }

  stats(): Promise<Stats> {
    return this.link.call('stats');
  }

  close(): Promise<void> {
    this.closing ??= this.closeWorker();
    return this.closing;
  }

  private async closeWorker(): Promise<void> {
    try {
      // A worker that is gone has closed its files by that.
      if (!this.link.isOver) await this.link.call('close');
    } finally {
      this.link.end(new HeliosError('CLOSED', 'the database is closed'));
      this.release();
    }
  }
}
