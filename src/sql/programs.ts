import { bindTarget } from './binder/bind-target.ts';
import { Binder } from './binder/binder.ts';
import type { Programs } from './executor/effects.ts';
import { TableWriter } from './executor/table-writer.ts';
import type { Session } from './session.ts';

/** What the changes of a session set off, compiled when it is first needed in a version of the catalogue. */
export class SessionPrograms implements Programs {
  private readonly session: Session;
  private version = -1;
  private readonly writers = new Map<number, TableWriter>();

  constructor(session: Session) {
    this.session = session;
  }

  writer(tableId: number): TableWriter {
    this.refresh();
    const known = this.writers.get(tableId);
    if (known !== undefined) return known;
    const { engine, catalog, readPoint } = this.session;
    const table = engine.table(tableId).definition;
    const binder = new Binder(catalog, readPoint, '');
    const writer = new TableWriter({ ...bindTarget(binder, table, table.name, [], null), returning: [] });
    this.writers.set(tableId, writer);
    return writer;
  }

  private refresh(): void {
    const { version } = this.session.catalog;
    if (version === this.version) return;
    this.version = version;
    this.writers.clear();
  }
}
