/** The dialect for Kysely: `import { HeliosDialect } from 'heliosdb-nano/kysely'`. */
export { HeliosDialect, type HeliosDialectConfig } from './client/kysely/dialect.ts';
