import { SqliteQueryCompiler } from 'kysely';

/** SQLite's syntax, and the word DEFAULT in VALUES, which SQLite does not know. */
export class HeliosQueryCompiler extends SqliteQueryCompiler {
  protected override visitDefaultInsertValue(): void {
    this.append('default');
  }
}
