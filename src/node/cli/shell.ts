import { isComplete, splitStatements } from '../../sql/lexer/split.ts';
import { runDotCommand } from './dot-commands.ts';
import { type Format, formatResult } from './formats.ts';
import type { ShellSource } from './shell-database.ts';

export interface ShellOutput {
  write(text: string): void;
}

/** A statement of so many characters is looked at again only when a line brings a semicolon: scripts hold rows by the thousand. */
const LONG_STATEMENT = 4_096;

/** What the dot commands set. */
export interface ShellSettings {
  format: Format;
  timer: boolean;
}

/**
 * A shell without a terminal: lines go in, results come out. Statements may span lines; each runs when its semicolon has
 * come. Errors are thrown to whoever hands in the lines, and end the input that they are in.
 */
export class Shell {
  readonly database: ShellSource;
  readonly output: ShellOutput;
  readonly settings: ShellSettings;
  /** How many files `.read` one another just now. */
  readDepth = 0;
  private pending = '';
  private ended = false;

  constructor(database: ShellSource, output: ShellOutput, format: Format) {
    this.database = database;
    this.output = output;
    this.settings = { format, timer: false };
  }

  /** True after `.quit`. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** True while a statement waits for its semicolon. */
  get isWaiting(): boolean {
    return this.pending !== '';
  }

  end(): void {
    this.ended = true;
  }

  /** Forgets the lines of an unfinished statement. */
  cancel(): void {
    this.pending = '';
  }

  line(text: string): void {
    if (this.pending === '' && text.trimStart().startsWith('.')) {
      runDotCommand(this, text.trim());
      return;
    }
    const input = `${this.pending}${text}\n`;
    const mayEnd = this.pending.length < LONG_STATEMENT || text.includes(';');
    if (!mayEnd || !isComplete(input)) {
      this.pending = input;
      return;
    }
    this.pending = '';
    this.run(input);
  }

  /** The input is over: what waits for a semicolon runs without one. */
  finish(): void {
    const input = this.pending;
    this.pending = '';
    this.run(input);
  }

  /** Runs each statement of a text and prints what it returns. */
  run(sql: string): void {
    for (const { text } of splitStatements(sql)) this.show(text);
  }

  /** Every line of a script, dot commands among them. */
  script(text: string): void {
    for (const line of text.split(/\r?\n/)) {
      if (this.ended) return;
      this.line(line);
    }
    this.finish();
  }

  private show(statement: string): void {
    const started = performance.now();
    const result = this.database.query(statement, [], { rowMode: 'array' });
    const milliseconds = performance.now() - started;
    this.output.write(formatResult(result, this.settings.format));
    if (this.settings.timer) this.output.write(`${milliseconds.toFixed(1)} ms\n`);
  }
}
