import {
  type DatabaseIntrospector,
  type DatabaseMetadataOptions,
  type Kysely,
  type SchemaMetadata,
  sql,
  type TableMetadata,
} from 'kysely';
import { DEFAULT_MIGRATION_LOCK_TABLE, DEFAULT_MIGRATION_TABLE } from 'kysely/migration';

interface ColumnRow {
  readonly table_name: string;
  readonly column_name: string;
  readonly data_type: string;
  readonly is_nullable: string;
  readonly column_default: string | null;
  readonly is_identity: string;
}

/** Reads tables and views from `information_schema`. */
export class HeliosIntrospector implements DatabaseIntrospector {
  private readonly db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    this.db = db;
  }

  async getSchemas(): Promise<SchemaMetadata[]> {
    return [{ name: 'main' }];
  }

  async getTables(
    { withInternalKyselyTables }: DatabaseMetadataOptions = { withInternalKyselyTables: false },
  ): Promise<TableMetadata[]> {
    const internal = withInternalKyselyTables ? [] : [DEFAULT_MIGRATION_TABLE, DEFAULT_MIGRATION_LOCK_TABLE];
    const tables = await sql<{ table_name: string; table_type: string }>`
      SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'main' ORDER BY table_name
    `.execute(this.db);
    const columns = await sql<ColumnRow>`
      SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
      FROM information_schema.columns WHERE table_schema = 'main' ORDER BY table_name, ordinal_position
    `.execute(this.db);
    const columnsByTable = new Map<string, TableMetadata['columns']>();
    for (const column of columns.rows) {
      const known = columnsByTable.get(column.table_name);
      if (known === undefined) columnsByTable.set(column.table_name, [columnMetadata(column)]);
      else known.push(columnMetadata(column));
    }
    return tables.rows
      .filter((table) => !internal.includes(table.table_name))
      .map((table) => ({
        name: table.table_name,
        isView: table.table_type === 'VIEW',
        isForeign: false,
        columns: columnsByTable.get(table.table_name) ?? [],
      }));
  }
}

function columnMetadata(column: ColumnRow): TableMetadata['columns'][number] {
  return {
    name: column.column_name,
    dataType: column.data_type,
    isNullable: column.is_nullable === 'YES',
    isAutoIncrementing: column.is_identity === 'YES',
    hasDefaultValue: column.column_default !== null,
  };
}
