import { HeliosError, isHeliosError } from '../../base/errors.ts';
import { withParts } from '../../base/late-part.ts';
import { LIMITS } from '../../base/limits.ts';
import type { Engine } from '../../engine/engine.ts';
import { CHECKPOINTS } from '../../engine/late-parts.ts';
import type { PresentOptions } from '../../sql/expressions/coercion/present.ts';
import { UserFunctions } from '../../sql/functions/user-functions.ts';
import type { ByteStream, FunctionKind } from '../channel.ts';
import type { Scheduler } from '../scheduler.ts';
import type { CheckReport, Stats, TransactionOptions } from '../types.ts';
import { LocalChannel } from './local-channel.ts';
import { LocalCore } from './local-core.ts';

export interface LocalDatabaseOptions {
  readonly scheduler: Scheduler;
  readonly writerTimeoutMs?: number | undefined;
  /** How values reach functions of users. */
  readonly present?: PresentOptions | undefined;
}

/**
 * A database in the engine's thread: its own channel, and one for each open transaction. Node's promise API and the
 * browser's worker are both made of it.
 */
export class LocalDatabase {
  readonly channel: LocalChannel;
  private readonly core: LocalCore;
  private readonly present: PresentOptions;
  private readonly transactions = new Set<LocalChannel>();
  private closing: Promise<void> | null = null;

  constructor(engine: Engine, options: LocalDatabaseOptions) {
    const timeoutMs = options.writerTimeoutMs ?? LIMITS.writerTimeoutMs;
    this.core = new LocalCore(engine, options.scheduler, timeoutMs, new UserFunctions());
    this.present = options.present ?? {};
    this.channel = new LocalChannel(this.core);
  }

  /** A channel whose transaction is open. */
  async begin(options: TransactionOptions): Promise<LocalChannel> {
    const channel = new LocalChannel(this.core);
    await channel.begin(options);
    this.transactions.add(channel);
    return channel;
  }

  async commit(channel: LocalChannel): Promise<void> {
    await channel.commit();
    this.transactions.delete(channel);
  }

  rollback(channel: LocalChannel): void {
    channel.end();
    this.transactions.delete(channel);
  }

  async register(kind: FunctionKind, args: readonly unknown[]): Promise<void> {
    const { registrar } = await this.functionSupport();
    const register = registrar[kind] as (...args: unknown[]) => void;
    register.apply(registrar, [...args]);
  }

  /** Imports a module here, and has its default export register functions. */
  async loadFunctions(url: string): Promise<void> {
    const { registrar, registerModule } = await this.functionSupport();
    let module: unknown;
    try {
      module = await import(/* @vite-ignore */ url);
    } catch (cause) {
      throw new HeliosError('USER_FUNCTION_ERROR', `the functions of ${url} could not be loaded: ${String(cause)}`, {
        cause,
      });
    }
    await registerModule(module, url, registrar);
  }

  /** Loaded when somebody first registers a function. */
  private async functionSupport() {
    this.core.checkOpen();
    const { Registrar, registerModule } = await import('../../sql/functions/user/registrar.ts');
    return { registrar: new Registrar(this.core.functions, this.present), registerModule };
  }

  /** Waits for the writer's place, which it needs for a moment only. The code is loaded when it is first needed. */
  async openExport(): Promise<ByteStream> {
    this.core.checkOpen();
    const { session } = this.channel;
    if (session.inTransaction && !session.isReadOnlyTransaction) {
      throw new HeliosError('TRANSACTION_ACTIVE', 'a transaction is open: COMMIT or ROLLBACK it, then export');
    }
    const { DatabaseExport } = await import('../../engine/backup/database-export.ts');
    const { writers, writerTimeoutMs, engine } = this.core;
    const release = writers.tryAcquire() ?? (await writers.acquire({ timeoutMs: writerTimeoutMs }));
    try {
      this.core.checkOpen();
      const copy = await withParts(() => new DatabaseExport(engine.openSettled()));
      const next = async (): Promise<Uint8Array | null> => {
        this.core.checkOpen();
        return copy.next();
      };
      return { next, close: async () => copy.close() };
    } finally {
      release();
    }
  }

  async check(): Promise<CheckReport> {
    this.core.checkOpen();
    return await withParts(() => this.core.engine.check());
  }

  async stats(): Promise<Stats> {
    this.core.checkOpen();
    return await withParts(() => this.core.engine.stats());
  }

  /** The storage is of no use any more: every call from here on fails with this error. Closing still works. */
  fail(error: HeliosError): void {
    this.core.refuse(error);
  }

  /** Ends what runs with CLOSED, rolls back what is open, and closes the files. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    const error = new HeliosError('CLOSED', 'the database is closed');
    this.core.refuse(error);
    for (const channel of [...this.transactions, this.channel]) channel.end(error);
    await this.core.idle();
    await this.prepareToClose();
    this.core.engine.close();
  }

  /** Without the part, what is in the log stays there. */
  private async prepareToClose(): Promise<void> {
    try {
      if (this.core.engine.hasLog) await CHECKPOINTS.load();
    } catch (error) {
      if (!isHeliosError(error, 'PART_UNAVAILABLE')) throw error;
    }
  }
}
