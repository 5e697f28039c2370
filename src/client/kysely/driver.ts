import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely';
import { HeliosError } from '../../base/errors.ts';
import type { Database } from '../types.ts';
import { HeliosConnection } from './connection.ts';

/** Hands out connections: each is a transaction of its own when one begins, and otherwise the database itself. */
export class HeliosDriver implements Driver {
  private readonly source: Database | (() => Promise<Database>);
  private database: Database | null = null;

  constructor(source: Database | (() => Promise<Database>)) {
    this.source = source;
  }

  async init(): Promise<void> {
    this.database = typeof this.source === 'function' ? await this.source() : this.source;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.database === null) throw new HeliosError('CLOSED', 'this Kysely has been destroyed: make a new one');
    return new HeliosConnection(this.database);
  }

  /** Every history is serializable, whatever `isolationLevel` asks for; `accessMode: 'read only'` waits for nobody. */
  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await ours(connection).begin(settings.accessMode === 'read only');
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).rollback();
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await ours(connection).command('SAVEPOINT', name);
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await ours(connection).command('ROLLBACK TO', name);
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await ours(connection).command('RELEASE', name);
  }

  async releaseConnection(): Promise<void> {
    // A connection holds nothing once its transaction has ended.
  }

  async destroy(): Promise<void> {
    const { database } = this;
    this.database = null;
    await database?.close();
  }
}

function ours(connection: DatabaseConnection): HeliosConnection {
  return connection as HeliosConnection;
}
