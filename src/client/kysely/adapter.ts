import { DialectAdapterBase } from 'kysely';

/** What Kysely may expect of the database. */
export class HeliosAdapter extends DialectAdapterBase {
  /** Queries of different connections overlap: readers never wait. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** A migration that fails takes its tables with it. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  override get supportsReturning(): boolean {
    return true;
  }

  override async acquireMigrationLock(): Promise<void> {
    // Migrations run in a transaction, which holds the one writer's place: a second migrator waits for it.
  }

  override async releaseMigrationLock(): Promise<void> {
    // The transaction's end gave up the writer's place.
  }
}
