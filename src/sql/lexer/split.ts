import { classOf, SPACE, WORD_PART, WORD_START } from './characters.ts';

/** A stretch of a script between semicolons. */
export interface SplitStatement {
  readonly position: number;
  readonly end: number;
  /** The statement without the space and comments around it, and without its semicolon. */
  readonly text: string;
  /** False where the text ends before a semicolon does, or inside of a quote, a comment or a trigger's body. */
  readonly complete: boolean;
}

/**
 * Splits a script for a shell: it looks at quotes, comments, semicolons and CREATE TRIGGER … BEGIN … END only, accepts
 * any text and never throws. What the statements mean is for the parser to say.
 */
export function splitStatements(sql: string): readonly SplitStatement[] {
  const statements: SplitStatement[] = [];
  let at = 0;
  while (at < sql.length) {
    const found = nextStatement(sql, at);
    if (found.end > found.position) {
      const text = sql.slice(found.position, found.end);
      statements.push({ position: found.position, end: found.end, text, complete: found.complete });
    }
    at = found.next;
  }
  return statements;
}

/** True where the text ends with a whole statement: a shell may run it. Blank text is complete, too. */
export function isComplete(sql: string): boolean {
  const statements = splitStatements(sql);
  return statements.length === 0 ? !endsInsideComment(sql) : statements[statements.length - 1].complete;
}

interface FoundStatement {
  readonly position: number;
  readonly end: number;
  readonly next: number;
  readonly complete: boolean;
}

function nextStatement(sql: string, from: number): FoundStatement {
  let position = -1;
  let end = from;
  let words = 0;
  let trigger = TRIGGER_NONE;
  let at = from;
  while (at < sql.length) {
    const code = sql.charCodeAt(at);
    const next = skipItem(sql, at);
    const broken = next < 0;
    const to = broken ? sql.length : next;
    if (code === SEMICOLON && trigger !== TRIGGER_BODY) {
      const complete = position !== -1;
      return { position: complete ? position : at, end: complete ? end : at, next: at + 1, complete };
    }
    if (!isBlank(sql, at)) {
      if (position === -1) position = at;
      end = to;
      if ((classOf(code) & WORD_START) !== 0) trigger = advanceTrigger(trigger, sql.slice(at, to), words++);
      else if (code === SEMICOLON) words = 0;
      else words += 2;
      if (broken) return { position, end, next: to, complete: false };
    } else if (broken) {
      return { position: position === -1 ? at : position, end: to, next: to, complete: false };
    }
    at = to;
  }
  return { position: position === -1 ? at : position, end: position === -1 ? at : end, next: at, complete: false };
}

const SEMICOLON = 59;

// How far a statement has got to be a trigger's definition.
const TRIGGER_NONE = 0;
const TRIGGER_CREATE = 1;
const TRIGGER_HEAD = 2;
const TRIGGER_BODY = 3;
const TRIGGER_NEVER = 4;

/** `words` counts the words since the statement's start, or in a body since the last semicolon. */
function advanceTrigger(state: number, word: string, words: number): number {
  const upper = word.toUpperCase();
  switch (state) {
    case TRIGGER_NONE:
      return upper === 'CREATE' ? TRIGGER_CREATE : upper === 'EXPLAIN' ? TRIGGER_NONE : TRIGGER_NEVER;
    case TRIGGER_CREATE:
      if (upper === 'TRIGGER') return TRIGGER_HEAD;
      return ['TEMP', 'TEMPORARY', 'OR', 'REPLACE'].includes(upper) ? TRIGGER_CREATE : TRIGGER_NEVER;
    case TRIGGER_HEAD:
      return upper === 'BEGIN' ? TRIGGER_BODY : TRIGGER_HEAD;
    case TRIGGER_BODY:
      return upper === 'END' && words === 0 ? TRIGGER_NEVER : TRIGGER_BODY;
    default:
      return state;
  }
}

function isBlank(sql: string, at: number): boolean {
  const code = sql.charCodeAt(at);
  if ((classOf(code) & SPACE) !== 0) return true;
  const next = sql.charCodeAt(at + 1);
  return (code === 45 && next === 45) || (code === 47 && next === 42);
}

/** The offset after the word, quoted stretch, comment or character at `at`; negative where it has no end. */
function skipItem(sql: string, at: number): number {
  const code = sql.charCodeAt(at);
  if ((classOf(code) & WORD_START) !== 0) {
    let to = at + 1;
    while ((classOf(sql.charCodeAt(to)) & WORD_PART) !== 0) to++;
    return to;
  }
  switch (code) {
    case 39:
    case 34:
    case 96:
      return afterClosing(sql, at + 1, sql[at]);
    case 91:
      return afterClosing(sql, at + 1, ']');
    case 45: {
      if (sql.charCodeAt(at + 1) !== 45) return at + 1;
      const close = sql.indexOf('\n', at);
      return close === -1 ? sql.length : close + 1;
    }
    case 47:
      return sql.charCodeAt(at + 1) === 42 ? afterClosing(sql, at + 2, '*/') : at + 1;
    default:
      return at + 1;
  }
}

/** A doubled quote closes one stretch and opens the next, which comes to the same. */
function afterClosing(sql: string, from: number, closing: string): number {
  const at = sql.indexOf(closing, from);
  return at === -1 ? -1 : at + closing.length;
}

function endsInsideComment(sql: string): boolean {
  let at = 0;
  while (at >= 0 && at < sql.length) at = skipItem(sql, at);
  return at < 0;
}
