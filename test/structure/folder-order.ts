/** Folders of one rank. Lower ranks never import higher ones. */
interface Rank {
  readonly names: readonly string[];
  /** Whether folders of this rank may import each other. */
  readonly mutual?: boolean;
}

/** The order inside of one folder. Names are folders, or files of that folder; `files` are all its other files. */
export interface FolderOrder {
  readonly folder: string;
  readonly ranks: readonly Rank[];
}

const OTHER_FILES = '*.ts';

function inOrder(...names: readonly string[]): Rank[] {
  return names.map((name) => ({ names: [name] }));
}

/** Who may know whom: the table of docs/architecture.md. A new folder gets its line here. */
export const FOLDER_ORDERS: readonly FolderOrder[] = [
  {
    folder: 'src',
    ranks: [
      ...inOrder('base', 'storage', 'engine', 'vector', 'sql', 'views', 'sync'),
      { names: ['opfs', 'node'] },
      ...inOrder('client', 'ui-devtools', OTHER_FILES),
    ],
  },
  {
    folder: 'src/engine',
    ranks: [
      { names: ['host.ts'] },
      ...inOrder('column', 'catalog', 'extent', 'cache', 'spill', 'segment', 'manifest', 'wal', 'table', 'transaction'),
      ...inOrder('history', 'jobs', 'backup'),
      { names: [OTHER_FILES], mutual: true },
      ...inOrder('inspect', 'repair'),
    ],
  },
  {
    folder: 'src/sql',
    ranks: [
      ...inOrder('ast', 'lexer', 'parser'),
      { names: ['functions', 'expressions'], mutual: true },
      ...inOrder('binder', 'planner', 'executor', 'direct', 'explain'),
      { names: [OTHER_FILES, 'runners', 'late'], mutual: true },
    ],
  },
];

/** The first name of a path below `folder`: a folder or a file. Null when the path lies elsewhere. */
function entryBelow(folder: string, path: string): string | null {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/')[0] : null;
}

function rankOf(order: FolderOrder, entry: string): number {
  const named = order.ranks.findIndex((rank) => rank.names.includes(entry));
  if (named >= 0 || !entry.endsWith('.ts')) return named;
  return order.ranks.findIndex((rank) => rank.names.includes(OTHER_FILES));
}

/** What is wrong with an import from one source path to another, both from the repository's root; null when nothing is. */
export function importViolation(from: string, to: string): string | null {
  for (const order of FOLDER_ORDERS) {
    const fromEntry = entryBelow(order.folder, from);
    const toEntry = entryBelow(order.folder, to);
    if (fromEntry === null || toEntry === null || fromEntry === toEntry) continue;
    const fromRank = rankOf(order, fromEntry);
    const toRank = rankOf(order, toEntry);
    if (fromRank < 0 || toRank < 0) {
      return `${order.folder}/${fromRank < 0 ? fromEntry : toEntry} is not in the table of test/structure/folder-order.ts`;
    }
    if (toRank > fromRank) return `${order.folder}: ${fromEntry} stands below ${toEntry}`;
    if (toRank === fromRank && order.ranks[toRank].mutual !== true) {
      return `${order.folder}: ${fromEntry} and ${toEntry} are siblings`;
    }
  }
  return null;
}
