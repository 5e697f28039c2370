/** Every limit of the product, with its reason. Each has a test at the limit and one beyond. */
export const LIMITS = {
  /** Rows that an operator hands on at once: ten columns of a batch stay inside a first-level data cache's reach. */
  batchRows: 2048,
  /** Rows of one column block in a segment: the unit of decoding and of zone maps. A multiple of batchRows. */
  blockRows: 4096,
  /** Rows of a chunk of a delta column: growth never copies more than this. A multiple of batchRows. */
  deltaChunkRows: 16_384,
  /** Rows of one segment: a merge holds one column of one segment in memory. */
  segmentRows: 1_048_576,
  /** Length of a text (UTF-16 code units) or blob (bytes) beyond which it lies outside of its column block: a block is read whole. */
  inlineValueLength: 4096,
  /** Bytes that a compressed block may expand to: some times what the values of a block can come to in practice, and no bomb. */
  expandedBlockBytes: 64 * 1024 * 1024,
  /**
   * Rows of a segment from which the smallest encodings are looked for: what is smaller is written in little time, is read
   * without a further download, and ends up in a larger one if it grows.
   */
  searchedSegmentRows: 16_384,
  /** Rows of a segment from which its texts are deflated: what is smaller is read as often as not, and takes little room. */
  deflatedSegmentRows: 65_536,
  /** Distinct texts of a column that a dictionary holds; beyond, text is stored plain. */
  dictionaryEntries: 65_536,
  /** Nesting of expressions, subqueries and parentheses: a Chromium worker's stack overflows at about 400. */
  nestingDepth: 100,
  /** Height of an expression's tree, chains of operators included: a walk of it recurses once or twice a level. */
  expressionHeight: 250,
  /** Milliseconds between two looks at what lies behind the horizon: each costs some microseconds. */
  collectionIntervalMs: 1000,
  /** Milliseconds between two looks of a database that nobody writes to: a timer that seldom wakes a device. */
  idleLookMs: 10_000,
  /** Characters of a transaction's label: a line, which is shown with each row of helios.transactions. */
  labelLength: 1000,
  /** Named snapshots unless PRAGMA max_snapshots says otherwise: each is a row, and more than anybody can tell apart. */
  namedSnapshots: 100_000,
  /** Length of a statement's text in UTF-16 code units: a parse of this size stays below 100 ms. */
  sqlLength: 1_000_000,
  /** Columns of a table, a result or an index: as SQLite. */
  columns: 2000,
  /** Parameters of a statement: as SQLite. */
  parameters: 32_766,
  /** SELECTs of one compound: as SQLite. */
  compoundSelects: 500,
  /** Digits of a decimal in a computation: what stays quick, and far beyond any DECIMAL column. */
  decimalDigits: 1000,
  /** Digits of a DECIMAL column. */
  decimalPrecision: 38,
  /** Rows of a table that queries may read row by row, without a plan: more are worth one. */
  directRows: 2000,
  /** Evaluations of expressions up to which a query is run row by row: some milliseconds, where planning takes one. */
  directWork: 100_000,
  /** The same for a query that runs again and again: about what opening a plan's operators takes. */
  directRepeatedWork: 1000,
  /** Rows that such a query may come to look at, and to hold, before it is planned after all: some megabytes. */
  directRowsSeen: 50_000,
  /** Bytes of memory for a row that such a query looks at: where there is little of it, fewer rows than that may come. */
  directRowBytes: 4096,
  /** Bytes that the rows of a table may take as plain values for such queries. */
  directTableBytes: 512 * 1024,
  /** Tables of one join: as SQLite. */
  joinTables: 64,
  /** Triggers and foreign key actions that set each other off: each level is some twelve calls deep. */
  triggerDepth: 200,
  /** References to WITH tables and views in a statement, those inside of them counted: some are bound anew each time. */
  commonTableReferences: 10_000,
  /** Nesting of arrays and objects in a JSON document: as SQLite. */
  jsonDepth: 1000,
  /** Sets of one GROUP BY with ROLLUP, CUBE and GROUPING SETS: each is a grouping of its own; as PostgreSQL. */
  groupingSets: 4096,
  /** Keys of a GROUP BY with several sets: a double holds a bit for each. */
  groupingKeys: 50,
  /** Rows of a VALUES list: the text limit comes first in practice. */
  valuesRows: 100_000,
  /** UTF-16 code units of a text that a function or || returns: far below what makes a JavaScript engine give up. */
  textLength: 64 * 1024 * 1024,
  /** Length of a regular expression in UTF-16 code units, and the instructions that it may become. */
  regexpLength: 10_000,
  regexpInstructions: 20_000,
  /** How often one part of a regular expression may be repeated by number. */
  regexpRepeats: 1000,
  /** Steps of one regular expression through one text: two seconds. */
  regexpSteps: 40_000_000,
  /** Changes of a transaction after which it looks whether its rows still fit into memory. */
  reliefRows: 1024,
  /** Page size of a file in bytes: allocation unit. */
  minPageSize: 512,
  maxPageSize: 65_536,
  defaultPageSize: 4096,
  /** Free bytes at the end of the file that a checkpoint leaves for the next one; beyond, and beyond a quarter, it cuts them. */
  keptFreeBytes: 1024 * 1024,
  /** How often VACUUM moves segments into what the last move has freed: hardly ever more than four times. */
  relocationPasses: 16,
  /** WAL bytes after which the next commit checkpoints. Recovery replays at most about this much. */
  walCheckpointBytes: 16 * 1024 * 1024,
  /** Transactions in the log after which the next commit checkpoints: recovery replays each in some 8 µs, however short it is. */
  walCheckpointTransactions: 8192,
  /** Checkpoint intervals that the log's file keeps room for: what one large transaction made longer is cut again. */
  walIntervalsKept: 4,
  /** Bytes of the log that a checkpoint copies to its start: some milliseconds. */
  movedLogBytes: 1024 * 1024,
  /** By how much the log grows at once where every commit is flushed: some hundred commits, and nothing on a small disk. */
  walGrowthBytes: 65_536,
  /** The same of a log that is as long as that already, where no size of the database is set: a millisecond's writing. */
  walMostGrowthBytes: 524_288,
  /** Megabytes of memory for one database, unless told otherwise: what a small board can spare, and a million readings before they are in segments. */
  memoryLimitMb: 192,
  /** Bytes that an operator may hold without asking: as much as a few batches, which operators hold anyway. */
  uncountedBytes: 65_536,
  /** How long a write waits for the writer's place, unless told otherwise. */
  writerTimeoutMs: 5000,
  /** Statements whose plans are kept. */
  cachedPlans: 256,
} as const;
