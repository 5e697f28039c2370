import type { TriggerDefinition } from '../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../engine/table/access.ts';
import { Binder } from './binder/binder.ts';
import { CHANGE_BINDING, INSERT_BINDING } from './binder/late-parts.ts';
import type { Programs } from './executor/effects.ts';
import { CHANGE_OPERATORS } from './executor/late-parts.ts';
import type { TableWriter } from './executor/table-writer.ts';
import type { TriggerProgram } from './executor/triggers.ts';
import { INSERT_PLANNING } from './planner/late-parts.ts';
import type { ChangePlan, InsertPlan } from './planner/plan-statement.ts';
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
    const { TableWriter } = CHANGE_OPERATORS.get();
    const { bindTarget } = INSERT_BINDING.get();
    const writer = new TableWriter({ ...bindTarget(binder, table, table.name, [], null), returning: [] });
    this.writers.set(tableId, writer);
    return writer;
  }

  /**
   * Compiles the triggers that a change may set off and looks at its foreign keys: what is wrong with them is said before
   * anything is done.
   */
  prepare(change: ChangePlan): void {
    const { triggers, table, foreignKeys } = change.target;
    if (change.kind === 'delete') for (const other of change.others) this.prepare(other);
    const hasKeys = foreignKeys.asChild.length + foreignKeys.asParent.length > 0;
    if (hasKeys && this.session.settings.foreignKeys) CHANGE_OPERATORS.get().requireParents(change);
    if (triggers.length === 0) return;
    try {
      for (const { definition, event, columns } of triggers) {
        const isAssigned = (column: number): boolean =>
          columns.length === 0 || columns.includes(column === ROWID_COLUMN ? (table.rowidColumn ?? -1) : column);
        const fires =
          event.toLowerCase() === change.kind
            ? change.kind !== 'update' || change.columns.some(isAssigned)
            : change.kind === 'insert' && event === 'UPDATE' && assignedByUpserts(change).some(isAssigned);
        if (fires) this.trigger(definition);
      }
    } catch (error) {
      // Others are compiled already that set off the one which is wrong.
      this.triggers.clear();
      throw error;
    }
  }

  trigger(definition: TriggerDefinition): TriggerProgram {
    this.refresh();
    const known = this.triggers.get(definition.id);
    if (known !== undefined) return known;
    const { catalog, readPoint } = this.session;
    const binder = new Binder(catalog, readPoint, definition.sql);
    const { bindTriggerProgram, triggerOwner } = CHANGE_BINDING.get();
    const table = triggerOwner(definition, binder);
    const plan = INSERT_PLANNING.get().planTrigger(
      bindTriggerProgram(definition, table, binder),
      table,
      this.session.planner(),
    );
    const program = new (CHANGE_OPERATORS.get().CompiledTrigger)(plan);
    this.triggers.set(definition.id, program);
    for (const step of plan.steps) if (step.kind !== 'query') this.prepare(step);
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

function assignedByUpserts({ upserts }: InsertPlan): readonly number[] {
  return upserts.flatMap(({ update }) => update?.assignments.map(({ column }) => column) ?? []);
}
