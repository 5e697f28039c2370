import type { DatabaseIntrospector, Dialect, DialectAdapter, Driver, Kysely, QueryCompiler } from 'kysely';
import type { Database } from '../types.ts';
import { HeliosAdapter } from './adapter.ts';
import { HeliosDriver } from './driver.ts';
import { HeliosIntrospector } from './introspector.ts';
import { HeliosQueryCompiler } from './query-compiler.ts';

export interface HeliosDialectConfig {
  /** An open database, or what opens one at the first query. `Kysely.destroy()` closes it. */
  readonly database: Database | (() => Promise<Database>);
}

/** `new Kysely<Tables>({ dialect: new HeliosDialect({ database }) })`, in the browser and in Node alike. */
export class HeliosDialect implements Dialect {
  private readonly config: HeliosDialectConfig;

  constructor(config: HeliosDialectConfig) {
    this.config = config;
  }

  createDriver(): Driver {
    return new HeliosDriver(this.config.database);
  }

  createQueryCompiler(): QueryCompiler {
    return new HeliosQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new HeliosAdapter();
  }

  // biome-ignore lint/suspicious/noExplicitAny: Kysely's own signature; introspection knows no tables.
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new HeliosIntrospector(db);
  }
}
