import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { SourceRange, StorageOption } from '../ast/node.ts';
import { parseSpan, spanMicros } from '../expressions/values/time-span.ts';
import { bindError } from './binder.ts';
import { didYouMean } from './near-miss.ts';

/** What WITH (…) of a table says. */
export type TableOptions = Pick<TableDefinition, 'historySeconds' | 'ledger'>;

const OPTIONS: Readonly<Record<string, (option: StorageOption) => TableOptions>> = {
  history: historyOption,
  ledger: ledgerOption,
};

/** The options of CREATE TABLE … WITH (…). Throws INVALID_DEFINITION for those that a table does not have. */
export function bindTableOptions(options: readonly StorageOption[], isTemporary: boolean): TableOptions {
  let bound: TableOptions = {};
  const seen = new Set<string>();
  for (const option of options) {
    const { name } = option;
    if (!Object.hasOwn(OPTIONS, name)) {
      const message = `a table has no option "${name}"${didYouMean(name, Object.keys(OPTIONS))}`;
      throw bindError('INVALID_DEFINITION', message, option, `There are ${Object.keys(OPTIONS).join(' and ')}.`);
    }
    if (seen.has(name)) throw bindError('INVALID_DEFINITION', `option "${name}" is given twice`, option);
    if (isTemporary) throw bindError('INVALID_DEFINITION', 'a temporary table has no options', option);
    seen.add(name);
    bound = { ...bound, ...OPTIONS[name](option) };
    if (bound.ledger && bound.historySeconds !== undefined)
      throw bindError('INVALID_DEFINITION', 'a ledger table keeps all of its history: leave history out', option);
  }
  return bound;
}

/** 'off', a duration in words, or 'default': as long as the database's. */
function historyOption(option: StorageOption): TableOptions {
  const { value } = option;
  if (value === false || value === 'off') return { historySeconds: 0 };
  if (value === 'default') return {};
  const span = typeof value === 'string' ? parseSpan(value) : null;
  if (span === null) throw refuseHistory(option);
  const historySeconds = Math.round(spanMicros(span) / 1e6);
  if (!(historySeconds > 0 && Number.isSafeInteger(historySeconds * 1e6))) throw refuseHistory(option);
  return { historySeconds };
}

function ledgerOption(option: StorageOption): TableOptions {
  const { value } = option;
  if (value === true) return { ledger: true };
  if (value === false || value === 'off') return {};
  throw bindError('INVALID_DEFINITION', 'ledger takes true or false', option);
}

function refuseHistory(node: SourceRange): Error {
  const message = "history takes 'off', 'default', or a time like '30 days' or '12 hours'";
  return bindError('INVALID_DEFINITION', message, node);
}
