import { HeliosError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { SqlValue } from '../engine/column/types.ts';
import type { ReadPoint } from '../engine/table/access.ts';
import type { ParsedStatement } from './ast/statements.ts';
import { type LiteralParameter, LiteralParameters } from './binder/literal-parameters.ts';
import { type CompiledStatement, compileStatement } from './compile.ts';
import { FirstTexts } from './first-texts.ts';
import {
  isLiteralText,
  keyOf,
  literalStart,
  literalText,
  literalValue,
  type StatementShape,
  shapeOf,
} from './lexer/statement-shape.ts';
import { TokenList } from './lexer/token-list.ts';
import { checkSole, noStatement, parseStatementAt, type StatementAt } from './parser/parse.ts';
import type { DisabledSwitches } from './planner/switches.ts';
import { CHANGES, DIRECT } from './runner-parts.ts';
import type { ChangeRunner } from './runners/change-runner.ts';
import type { DirectRunner } from './runners/direct-runner.ts';
import { QueryRunner } from './runners/query-runner.ts';
import type { Session } from './session.ts';
import type { PlannedInstant } from './statement-instants.ts';
import { StatementPlanning } from './statement-planning.ts';
import type { TableSizes } from './table-sizes.ts';

/** What runs a statement that reads or changes rows; null for any other. */
export type Runner = QueryRunner | DirectRunner | ChangeRunner | null;

/** A statement that is ready to run, in one version of the catalogue. */
export interface ReadyStatement {
  readonly parsed: ParsedStatement;
  readonly compiled: CompiledStatement;
  readonly runner: Runner;
  readonly version: number;
  /** Its AS OF clauses. */
  readonly instants: readonly PlannedInstant[];
  /** The values of those literals that the plan has parameters for. */
  readonly literals: readonly SqlValue[];
}

/** The ready statement of a text, and where the text goes on. */
export interface FoundStatement {
  readonly ready: ReadyStatement;
  readonly next: number;
}

/** A plan that is kept. */
interface KeptPlan {
  readonly parsed: ParsedStatement;
  readonly compiled: CompiledStatement;
  /** Set when a second text comes for the plan; what is asked once leaves no operators behind. */
  runner: Runner;
  readonly version: number;
  readonly instants: readonly PlannedInstant[];
  readonly sizes: TableSizes;
  readonly parameters: readonly LiteralParameter[];
  /** The literals that are part of the plan, as they are written; null for one that is not. */
  readonly fixed: readonly (string | null)[];
}

/** The plans of one shape. */
interface Shape {
  readonly key: string;
  /** Newest first. */
  plans: readonly KeptPlan[];
  /** The literals of the text that was planned last, and which of them had other values before. */
  texts: readonly string[];
  readonly varies: boolean[];
  /** Plans with parameters whose other literals vary, too. */
  misses: number;
  /** Since the cache was last full. */
  isUsed: boolean;
}

/** Plans of one shape that are kept, for different values of literals that are part of the plan. */
const PLANS_OF_SHAPE = 4;
/** After so many plans that the next text had no use for, a shape's literals are left as they are. */
const MOST_MISSES = 8;
/** Operators over more rows are not kept: they may hold on to them. */
const MOST_ROWS = 10_000;

const NO_LITERALS: readonly SqlValue[] = [];
const NO_PARAMETERS: readonly LiteralParameter[] = [];

/**
 * Plans by the shape of their statements, kept from the second text of a shape on. A plan holds for texts that differ in the values of literals: which of them vary
 * shows when a second text of the shape comes, and those become parameters where the binder allows it.
 */
export class PlanCache {
  private readonly session: Session;
  private readonly disabled: DisabledSwitches;
  /** By the hash of their shapes. */
  private readonly shapes = new Map<number, Shape>();
  private readonly firstTexts = new FirstTexts();
  /** null while a statement is being planned: a function that its planning calls may prepare another one. */
  private tokens: TokenList | null = new TokenList();

  constructor(session: Session, disabled: DisabledSwitches) {
    this.session = session;
    this.disabled = disabled;
  }

  /** The one statement of a text. Throws what is wrong with the text or its names. */
  sole(sql: string): ReadyStatement {
    const found = this.at(sql, 0, checkSole);
    if (found === null) throw noStatement(sql);
    return found.ready;
  }

  /**
   * The first statement at or behind `offset`; null: there is none. Throws what is wrong with its text or its names. `check`
   * is told where its text ends before it is planned.
   */
  at(sql: string, offset: number, check: ((sql: string, next: number) => void) | null = null): FoundStatement | null {
    const tokens = this.tokens ?? new TokenList();
    this.tokens = null;
    const found = this.find(sql, offset, tokens, check);
    this.tokens = tokens;
    return found;
  }

  private find(
    sql: string,
    offset: number,
    tokens: TokenList,
    check: ((sql: string, next: number) => void) | null,
  ): FoundStatement | null {
    const shape = shapeOf(sql, offset, tokens);
    const known = shape === null ? null : this.shapeLike(shape);
    if (shape !== null && known !== null) {
      const ready = this.known(known, shape);
      if (ready !== null) {
        check?.(sql, shape.next);
        return { ready, next: shape.next };
      }
    }
    const found = parseStatementAt(sql, offset, tokens);
    if (found === null) return null;
    const { statement, next } = found;
    check?.(sql, next);
    if (shape !== null && known !== null) return { ready: this.planned(statement, shape, known), next };
    const ready = this.ready(this.plan(statement, sql, null));
    if (shape !== null && !this.firstTexts.note(shape, offset)) this.keep(shape.hash, newShape(shape));
    return { ready, next };
  }

  /** The statement at `offset` of a text that has been ready before, for what its AS OF clauses name now. */
  asOf(sql: string, offset: number, instants: readonly ReadPoint[]): ReadyStatement {
    const { statement } = parseStatementAt(sql, offset) as StatementAt;
    return this.ready(this.plan(statement, sql, null, [], instants));
  }

  clear(): void {
    this.shapes.clear();
    this.firstTexts.clear();
  }

  /** What is kept of the shape, from its second text on. */
  private shapeLike(shape: StatementShape): Shape | null {
    const known = this.shapes.get(shape.hash);
    if (known !== undefined) return known.key === keyOf(shape) ? known : null;
    const first = this.firstTexts.find(shape.hash);
    return first !== null && keyOf(first) === keyOf(shape) ? newShape(first) : null;
  }

  private known(known: Shape, shape: StatementShape): ReadyStatement | null {
    for (const kept of known.plans) {
      if (!this.isNewest(kept) || !holdsFor(kept, shape) || !kept.sizes.areAsBefore()) continue;
      known.isUsed = true;
      return this.readyFor(kept, shape);
    }
    return null;
  }

  /** Plans another text of a shape. */
  private planned(parsed: ParsedStatement, shape: StatementShape, record: Shape): ReadyStatement {
    const texts = literalTexts(shape);
    const { varies } = record;
    for (let i = 0; i < texts.length; i++) if (texts[i] !== record.texts[i]) varies[i] = true;
    record.texts = texts;
    const isOn = varies.includes(true) && record.misses < MOST_MISSES && !this.disabled.has('literal-parameters');
    const literals = isOn ? new LiteralParameters(literalStarts(shape), varies, parsed.parameterCount) : null;
    const kept = this.plan(parsed, shape.sql, literals, texts);
    const ready = kept.parameters.length === 0 ? this.ready(kept) : this.readyFor(kept, shape);
    kept.runner = null;
    if (ready === null) return this.ready(this.plan(parsed, shape.sql, null));
    if (kept.fixed.some((text, i) => text !== null && varies[i])) record.misses++;
    const isSecond = this.shapes.get(shape.hash) !== record;
    if (isSecond) this.keep(shape.hash, record);
    // A query over few rows is planned in no time, and mostly asked no more: its plan would only burden the collector.
    if (isSecond && kept.compiled.kind === 'direct') return ready;
    record.plans = [kept, ...record.plans.filter((plan) => this.isNewest(plan))].slice(0, PLANS_OF_SHAPE);
    return ready;
  }

  private plan(
    parsed: ParsedStatement,
    sql: string,
    literals: LiteralParameters | null,
    texts: readonly string[] = [],
    known: readonly ReadPoint[] | null = null,
  ): KeptPlan {
    const { session } = this;
    const { catalog, readPoint: at } = session;
    const planning = new StatementPlanning(session, this.disabled, known);
    const compiled = compileStatement(parsed.statement, sql, catalog, at, planning, literals, planning.instantSource);
    return {
      parsed,
      compiled,
      runner: null,
      version: catalog.versionAt(at),
      instants: planning.instants,
      sizes: planning.sizes,
      parameters: literals?.parameters ?? NO_PARAMETERS,
      fixed: literals === null ? texts : texts.map((text, i) => (literals.isFree(i) ? null : text)),
    };
  }

  private isNewest({ version }: KeptPlan): boolean {
    const { catalog, readPoint } = this.session;
    return version === catalog.versionAt(readPoint);
  }

  /** For another text of a kept plan; null where that has to be planned by itself, to say what is wrong with it. */
  private readyFor(kept: KeptPlan, shape: StatementShape): ReadyStatement | null {
    const { parameters } = kept;
    const literals = parameters.length === 0 ? NO_LITERALS : parameters.map((parameter) => valueFor(parameter, shape));
    try {
      const ready = this.ready(kept, literals);
      if (ready.runner?.kind === 'change') ready.runner.check(kept.parsed.parameterCount, literals);
      return ready;
    } catch (error) {
      if (error instanceof HeliosError) return null;
      throw error;
    }
  }

  private ready(kept: KeptPlan, literals = NO_LITERALS): ReadyStatement {
    const { parsed, compiled, version, instants } = kept;
    const runner = kept.runner ?? runnerOf(compiled, this.session);
    if (kept.sizes.rows <= MOST_ROWS) kept.runner = runner;
    return { parsed, compiled, runner, version, instants, literals };
  }

  /** Beyond the limit those go first that came before others and were of no use since. */
  private keep(hash: number, shape: Shape): void {
    const { shapes } = this;
    shapes.set(hash, shape);
    for (const [oldest, candidate] of shapes) {
      if (shapes.size <= LIMITS.cachedPlans) break;
      shapes.delete(oldest);
      if (!candidate.isUsed) continue;
      candidate.isUsed = false;
      shapes.set(oldest, candidate);
    }
  }
}

function newShape(shape: StatementShape): Shape {
  const texts = literalTexts(shape);
  return { key: keyOf(shape), plans: [], texts, varies: texts.map(() => false), misses: 0, isUsed: false };
}

function literalTexts(shape: StatementShape): readonly string[] {
  const texts: string[] = [];
  for (let i = 0; i < shape.literalCount; i++) texts.push(literalText(shape, i));
  return texts;
}

function literalStarts(shape: StatementShape): readonly number[] {
  const starts: number[] = [];
  for (let i = 0; i < shape.literalCount; i++) starts.push(literalStart(shape, i));
  return starts;
}

function runnerOf(compiled: CompiledStatement, session: Session): Runner {
  if (compiled.kind === 'query') return new QueryRunner(compiled.query, session);
  if (compiled.kind === 'direct') return new (DIRECT.get().DirectRunner)(compiled.direct, session);
  return compiled.kind === 'change' ? new (CHANGES.get().ChangeRunner)(compiled.change, session) : null;
}

/** True when the literals that are part of the plan are those of the text. */
function holdsFor({ fixed }: KeptPlan, shape: StatementShape): boolean {
  for (let i = 0; i < fixed.length; i++) {
    const text = fixed[i];
    if (text !== null && !isLiteralText(shape, i, text)) return false;
  }
  return true;
}

function valueFor({ literal, isNegated }: LiteralParameter, shape: StatementShape): SqlValue {
  const value = literalValue(shape, literal);
  return isNegated ? -(value as number | bigint) : value;
}
