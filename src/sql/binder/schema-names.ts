import { HeliosError } from '../../base/errors.ts';
import type { CatalogEntry, TableEntry, ViewEntry } from '../../engine/catalog/catalog.ts';
import type { QualifiedName, SourceRange } from '../ast/node.ts';
import { Lexer } from '../lexer/lexer.ts';
import { IDENTIFIER } from '../lexer/words.ts';
import { type Binder, bindError, type SchemaName } from './binder.ts';
import { TIME_TRAVEL } from './late-parts.ts';
import { foldName } from './names.ts';
import { didYouMean } from './near-miss.ts';

const SCHEMAS: ReadonlyMap<string, SchemaName> = new Map([
  ['main', 'main'],
  ['temp', 'temp'],
  ['temporary', 'temp'],
]);

export function schemaNamed(name: string): SchemaName | null {
  return SCHEMAS.get(foldName(name)) ?? null;
}

/** The schema in which a name is looked up; null: in temp, then in main. */
export function schemaOf(binder: Binder, name: QualifiedName): SchemaName | null {
  if (name.schema === null) return binder.schema;
  const schema = schemaNamed(name.schema);
  if (schema === null) {
    throw bindError('TABLE_NOT_FOUND', `no such schema "${name.schema}"`, name, 'There are main and temp.');
  }
  return schema;
}

/** Where an object lives. */
export function schemaHolding(definition: { readonly temporary?: boolean }): SchemaName {
  return definition.temporary ? 'temp' : 'main';
}

/** The table or view of this name, or TABLE_NOT_FOUND with the nearest. */
export function relationNamed(binder: Binder, name: QualifiedName): TableEntry | ViewEntry {
  const { catalog, at } = binder;
  const schema = schemaOf(binder, name);
  const found = catalog.relation(at, name.name, schema);
  if (found !== null) {
    binder.references?.relations.set(name, found.definition.id);
    return found;
  }
  const near = [...catalog.tables(at, schema), ...catalog.views(at, schema)].map((other) => other.name);
  const isPast = binder.instant !== null;
  const then = isPast ? ` as of transaction ${at.transaction}` : '';
  const hint = isPast ? TIME_TRAVEL.get().whenThere(catalog, name.name, at) : undefined;
  throw bindError('TABLE_NOT_FOUND', `no such table "${name.name}"${then}${didYouMean(name.name, near)}`, name, hint);
}

/** Tells how far AUTOINCREMENT has counted. */
export const SEQUENCE = 'sqlite_sequence';

export function isSequence(name: QualifiedName): boolean {
  return foldName(name.name) === SEQUENCE && (name.schema === null || schemaNamed(name.schema) !== null);
}

/** Where CREATE puts an object. */
export function schemaToCreateIn(binder: Binder, name: QualifiedName, temporary: boolean): SchemaName {
  const schema = schemaOf(binder, name);
  if (temporary && schema === 'main') {
    throw bindError('INVALID_DEFINITION', `a temporary object cannot live in main: leave the schema out`, name);
  }
  return temporary ? 'temp' : (schema ?? 'main');
}

/** What has the name that a new table, view or index is to have there; null: it is free. */
export function ownerOfName(binder: Binder, name: string, schema: SchemaName): CatalogEntry['kind'] | null {
  const { catalog, at } = binder;
  return catalog.relation(at, name, schema)?.kind ?? (catalog.index(at, name, schema) === null ? null : 'index');
}

/** The error for a name that is taken. */
export function nameTaken(owner: CatalogEntry['kind'], name: QualifiedName) {
  return bindError('TABLE_EXISTS', `${owner} "${name.name}" exists already`, name);
}

export function refuseReservedName(name: QualifiedName): void {
  if (!foldName(name.name).startsWith('sqlite_')) return;
  throw bindError('INVALID_DEFINITION', `"${name.name}" is reserved: names may not begin with sqlite_`, name);
}

/** A definition's text as the catalogue keeps it: `what`, then the statement from the name on, without its schema. */
export function definitionText(binder: Binder, what: string, name: QualifiedName, statement: SourceRange): string {
  return `CREATE ${what} ${binder.sql.slice(positionOfName(binder.sql, name), statement.end)}`;
}

/** Where the last part of a name begins. */
export function positionOfName(sql: string, name: QualifiedName): number {
  if (name.schema === null) return name.position;
  const lexer = new Lexer(sql, name.position);
  for (let part = 0; part < 3; part++) lexer.next();
  return lexer.start;
}

/** A name as it can stand in a text: in quotes unless it needs none. */
export function quotedName(name: string): string {
  const lexer = new Lexer(name);
  try {
    lexer.next();
    if (lexer.kind === IDENTIFIER && lexer.end === name.length && lexer.start === 0) return name;
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    // What is no token needs quotes.
  }
  return quoted(name);
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `a`, `a:1`, `a:2`: as SQLite tells repeated columns of views and of CREATE TABLE AS apart. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let candidate = name;
    for (let n = 1; taken.has(foldName(candidate)); n++) candidate = `${name}:${n}`;
    taken.add(foldName(candidate));
    return candidate;
  });
}

/** True for names that may be those of catalogue tables. */
export function mayBeCatalogueName({ schema, name }: QualifiedName): boolean {
  if (schema !== null && ['information_schema', 'helios'].includes(foldName(schema))) return true;
  return /^(sqlite|pragma)_/i.test(name);
}
