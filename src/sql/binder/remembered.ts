import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { Binder } from './binder.ts';

type Bind<Fact> = (binder: Binder, table: TableDefinition) => Fact;

/** What has been bound of tables, for readers of one version of the catalogue. */
export class TableMemory {
  private readonly tables = new Map<
    number,
    { readonly table: TableDefinition; readonly facts: Map<Bind<unknown>, unknown> }
  >();

  fact<Fact>(bind: Bind<Fact>, binder: Binder, table: TableDefinition): Fact {
    let known = this.tables.get(table.id);
    if (known?.table !== table) {
      known = { table, facts: new Map() };
      this.tables.set(table.id, known);
    }
    let fact = known.facts.get(bind) as Fact | undefined;
    if (fact === undefined) {
      fact = bind(binder, table);
      known.facts.set(bind, fact);
    }
    return fact;
  }
}

/**
 * The same as `bind`, which looks at nothing but the table and the catalogue, done once for each version of the
 * catalogue: a table's DEFAULTs and CHECKs need not be parsed for every INSERT.
 */
export function remembered<Fact>(bind: Bind<Fact>): Bind<Fact> {
  return (binder, table) => {
    // Who collects the names of a text wants every one of them to be looked up.
    const memory = binder.references === null ? binder.catalog.memory(binder.at) : null;
    return memory === null ? bind(binder, table) : memory.fact(bind, binder, table);
  };
}
