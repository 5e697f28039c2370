import type { TriggerDefinition } from '../engine/catalog/definitions.ts';
import { bindTarget } from './binder/bind-target.ts';
import { bindTriggerProgram } from './binder/bind-trigger.ts';
import { Binder } from './binder/binder.ts';
import { triggerOwner } from './binder/changed-relation.ts';
import { CompiledTrigger } from './executor/compiled-trigger.ts';
import type { Programs } from './executor/effects.ts';
import { TableWriter } from './executor/table-writer.ts';
import type { TriggerProgram } from './executor/triggers.ts';
import { planTrigger } from './planner/plan-statement.ts';
import type { Session } from './session.ts';

/** What the changes of a session set off, compiled when it is first needed in a version of the catalogue. */
export class SessionPrograms implements Programs {
  private readonly session: Session;
  private version = -1;
  private readonly writers = new Map<number, TableWriter>();
  private readonly triggers = new Map<number, TriggerProgram>();

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

  trigger(definition: TriggerDefinition): TriggerProgram {
    this.refresh();
    const known = this.triggers.get(definition.id);
    if (known !== undefined) return known;
    const { catalog, readPoint } = this.session;
    const binder = new Binder(catalog, readPoint, definition.sql);
    const table = triggerOwner(definition, binder);
    const plan = planTrigger(bindTriggerProgram(definition, table, binder), table, this.session.planner());
    const program = new CompiledTrigger(plan);
    this.triggers.set(definition.id, program);
    return program;
  }

  private refresh(): void {
    const { version } = this.session.catalog;
    if (version === this.version) return;
    this.version = version;
    this.writers.clear();
    this.triggers.clear();
  }
}
