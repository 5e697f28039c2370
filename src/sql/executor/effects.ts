import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { TriggerDefinition } from '../../engine/catalog/definitions.ts';
import type { SessionCounters } from '../expressions/context.ts';
import type { ForeignKeyLedger } from './foreign-key-ledger.ts';
import type { TableWriter } from './table-writer.ts';
import type { TriggerProgram } from './triggers.ts';

/** What a session has set about changes: its PRAGMAs. */
export interface ChangeSettings {
  foreignKeys: boolean;
  /** Every foreign key waits for COMMIT; falls back when the transaction ends. */
  deferForeignKeys: boolean;
  /** Triggers may set themselves off again, and REPLACE fires those of DELETE. */
  recursiveTriggers: boolean;
}

/** What changes that others set off are made by: compiled once for a version of the catalogue. */
export interface Programs {
  /** The writer of a table, for what foreign keys do to it. */
  writer(tableId: number): TableWriter;
  /** Good for one statement. */
  trigger(definition: TriggerDefinition): TriggerProgram;
}

/** What a statement shares with everything that it sets off: triggers, and what foreign keys do. */
export class Effects {
  readonly settings: ChangeSettings;
  readonly counters: SessionCounters;
  readonly programs: Programs;
  /** Keys to look at when the statement ends. */
  readonly immediate: ForeignKeyLedger;
  /** Keys to look at when the transaction ends. */
  readonly deferred: ForeignKeyLedger;
  private depth = 0;
  /** The triggers that are running, outermost first. */
  private readonly running: TriggerDefinition[] = [];
  private fired: Map<TriggerDefinition, TriggerProgram> | null = null;

  constructor(
    settings: ChangeSettings,
    counters: SessionCounters,
    programs: Programs,
    immediate: ForeignKeyLedger,
    deferred: ForeignKeyLedger,
  ) {
    this.settings = settings;
    this.counters = counters;
    this.programs = programs;
    this.immediate = immediate;
    this.deferred = deferred;
  }

  /** No row of the statement is at work: what it has set off has run. */
  get isIdle(): boolean {
    return this.depth === 0;
  }

  isRunning(trigger: TriggerDefinition): boolean {
    return this.running.some(({ id }) => id === trigger.id);
  }

  /** A trigger's program, whose points of the history are the same for all rows of the statement. */
  program(trigger: TriggerDefinition): TriggerProgram {
    this.fired ??= new Map();
    const known = this.fired.get(trigger);
    if (known !== undefined) return known;
    const program = this.programs.trigger(trigger);
    this.fired.set(trigger, program);
    return program;
  }

  inTrigger(trigger: TriggerDefinition, body: () => void): void {
    this.running.push(trigger);
    try {
      this.deeper(`trigger ${trigger.name}`, body);
    } finally {
      this.running.pop();
    }
  }

  /** Runs what a row sets off, which may set off more. */
  deeper<Result>(what: string, body: () => Result): Result {
    if (this.depth >= LIMITS.triggerDepth) {
      const message = `${what}: triggers and foreign keys set each other off more than ${LIMITS.triggerDepth} times`;
      throw new HeliosError('LIMIT_EXCEEDED', message);
    }
    this.depth++;
    try {
      return body();
    } finally {
      this.depth--;
    }
  }
}
