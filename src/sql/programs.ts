import type { TriggerDefinition } from '../engine/catalog/definitions.ts';
import { type ReadPoint, ROWID_COLUMN } from '../engine/table/access.ts';
import { Binder } from './binder/binder.ts';
import { CHANGE_BINDING, INSERT_BINDING } from './binder/late-parts.ts';
import type { Programs } from './executor/effects.ts';
import { CHANGE_OPERATORS } from './executor/late-parts.ts';
import type { TableWriter } from './executor/table-writer.ts';
import type { TriggerProgram } from './executor/triggers.ts';
import { INSERT_PLANNING } from './planner/late-parts.ts';
import type { ChangePlan, InsertPlan } from './planner/plan-statement.ts';
import { INSTANTS } from './runner-parts.ts';
import type { Session } from './session.ts';
import type { StatementInstants } from './statement-instants.ts';

/** What the changes of a session set off, compiled when it is first needed in a version of the catalogue. */
export class SessionPrograms implements Programs {
  private readonly session: Session;
  private version = -1;
  private readonly writers = new Map<number, TableWriter>();
  /** A program, or what makes one for each statement. */
  private readonly triggers = new Map<number, TriggerProgram | (() => TriggerProgram)>();

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
   * anything is done. `isNested`: a trigger does it.
   */
  prepare(change: ChangePlan, isNested = false): void {
    const { triggers, table, foreignKeys } = change.target;
    if (change.kind === 'delete') for (const other of change.others) this.prepare(other, isNested);
    const hasKeys = foreignKeys.asChild.length + foreignKeys.asParent.length > 0;
    const { settings } = this.session;
    if (hasKeys && settings.foreignKeys)
      CHANGE_OPERATORS.get().requireParents(change, isNested || settings.deferForeignKeys);
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
    const known = this.triggers.get(definition.id) ?? this.compile(definition);
    return typeof known === 'function' ? known() : known;
  }

  private compile(definition: TriggerDefinition): TriggerProgram | (() => TriggerProgram) {
    const { plan, instants } = this.plan(definition, null);
    const program =
      instants.length === 0
        ? new (CHANGE_OPERATORS.get().CompiledTrigger)(plan, [])
        : INSTANTS.get().programOfThen(this.session, plan, instants, (points) => this.plan(definition, points).plan);
    this.triggers.set(definition.id, program);
    for (const step of plan.steps) if (step.kind !== 'query') this.prepare(step, true);
    return program;
  }

  /** `known`: what the program's points of the history are. */
  private plan(definition: TriggerDefinition, known: readonly ReadPoint[] | null) {
    const { session } = this;
    const binder = new Binder(session.catalog, session.readPoint, definition.sql);
    let found: StatementInstants | null = null;
    const instants = (): StatementInstants => {
      found ??= new (INSTANTS.get().StatementInstants)(session, known);
      return found;
    };
    binder.instants = instants;
    const { bindTriggerProgram, triggerOwner } = CHANGE_BINDING.get();
    const table = triggerOwner(definition, binder);
    const program = bindTriggerProgram(definition, table, binder);
    const list = (found as StatementInstants | null)?.list ?? [];
    return { plan: INSERT_PLANNING.get().planTrigger(program, table, session.planner()), instants: list };
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
