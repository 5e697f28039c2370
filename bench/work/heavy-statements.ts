/** One file of statements: a schema with rows, and queries that are asked by text. */
export interface StatementFile {
  readonly title: string;
  readonly setup: readonly string[];
  readonly queries: readonly string[];
}

/** Numbers from 0 up below `bound`, the same ones in every run. */
type Draw = (bound: number) => number;

function drawing(seed: number): Draw {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function shuffled<Item>(items: readonly Item[], draw: Draw): Item[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const k = draw(i + 1);
    [result[i], result[k]] = [result[k], result[i]];
  }
  return result;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** Joins of 4 up to 64 tables of ten rows each, named in no order: the work is in the planning. */
export function wideJoins(): StatementFile {
  const draw = drawing(5);
  const rows = numbers(10);
  const setup = numbers(64).flatMap((t) => {
    const inserts = shuffled(rows, draw).map(
      (b, i) => `INSERT INTO t${t} VALUES(${i + 1},${b},'table t${t} row ${i + 1}')`,
    );
    return [`CREATE TABLE t${t}(a${t} INTEGER PRIMARY KEY, b${t} INTEGER, x${t} VARCHAR(40))`, ...inserts];
  });
  const queries = numbers(61).flatMap((n) => {
    return [0, 1].map(() => {
      const tables = shuffled(numbers(64), draw).slice(0, n + 3);
      const links = tables.slice(1).map((t, i) => (draw(2) === 0 ? `a${tables[i]}=b${t}` : `b${t}=a${tables[i]}`));
      const where = shuffled([...links, `a${tables[tables.length - 1]}=${draw(10) + 1}`], draw);
      const columns = shuffled(tables, draw).map((t) => `x${t}`);
      const from = shuffled(tables, draw).map((t) => `t${t}`);
      return `SELECT ${columns.join(',')}\n  FROM ${from.join(',')}\n WHERE ${where.join('\n   AND ')}`;
    });
  });
  return { title: 'joins of 4 to 64 tables, by text', setup, queries };
}

/** Chains of UNION, EXCEPT and INTERSECT over small tables with many conditions, and counts over their joins. */
export function compounds(): StatementFile {
  const draw = drawing(4);
  const columns = ['a', 'b', 'c', 'd', 'e'];
  const tables = numbers(9);
  const value = (): number => draw(1000);
  const setup = tables.flatMap((t) => [
    `CREATE TABLE t${t}(${columns.map((c) => `${c}${t} INTEGER`).join(', ')}, x${t} VARCHAR(30))`,
    ...shuffled(columns, draw)
      .slice(0, 2)
      .map((c) => `CREATE INDEX t${t}_${c} ON t${t}(${c}${t})`),
    ...numbers(100).map((i) => `INSERT INTO t${t} VALUES(${columns.map(value).join(',')},'table t${t} row ${i}')`),
  ]);
  const equal = (t: number): string => {
    const column = `${columns[draw(5)]}${t}`;
    return draw(2) === 0 ? `${column}=${value()}` : `${value()}=${column}`;
  };
  const list = (t: number): string =>
    `${columns[draw(5)]}${t} in (${numbers(3 + draw(8))
      .map(value)
      .join(',')})`;
  const term = (t: number): string => {
    const kind = draw(3);
    if (kind === 0) return list(t);
    return `(${numbers(1 + draw(4))
      .map(() => equal(t))
      .join(kind === 1 ? ' AND ' : ' OR ')})`;
  };
  const condition = (t: number): string => {
    const terms = numbers(1 + draw(3))
      .map(() => term(t))
      .join('\n     OR ');
    return draw(2) === 0 ? `NOT (${terms})` : terms;
  };
  const select = (): string => {
    const t = tables[draw(9)];
    const column = `${columns[draw(5)]}${t}`;
    const read = draw(4) === 0 ? `CASE WHEN ${column}>${value()} THEN ${column} ELSE -${column} END` : column;
    return `SELECT ${read} FROM t${t} WHERE ${condition(t)}`;
  };
  const queries = numbers(150).map((i) => {
    if (i % 3 === 0) {
      const [t, u, v] = shuffled(tables, draw);
      return `SELECT count(*) FROM t${t}, t${u}, t${v}\n WHERE ${columns[draw(5)]}${t}=${columns[draw(5)]}${u} AND ${list(v)}\n   AND (${term(u)} OR ${term(v)})`;
    }
    const operators = ['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT'];
    return numbers(1 + draw(7)).reduce((text) => `${text}\n${operators[draw(4)]}\n${select()}`, select());
  });
  return { title: 'compound selects over small tables, by text', setup, queries };
}

/** What applications ask all day: one row by its key, short scans, one row changed; every text is a new one. */
export function shortStatements(): StatementFile {
  const draw = drawing(1);
  const setup = [
    'CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL, stock INTEGER DEFAULT 0)',
    ...numbers(200).map((i) => `INSERT INTO item VALUES(${i}, 'item ${i}', ${draw(1000) / 4}, ${draw(50)})`),
  ];
  const queries = numbers(800).map((i) => {
    const id = 1 + draw(200);
    switch (i % 4) {
      case 0:
        return `SELECT * FROM item WHERE id = ${id} AND ${i} > 0`;
      case 1:
        return `INSERT INTO item(id, name, price) VALUES(${1000 + i}, 'new ${i}', ${i}.5)`;
      case 2:
        return `UPDATE item SET stock = stock + ${i} WHERE id = ${id}`;
      default:
        return `SELECT name, stock FROM item WHERE price < ${id}.25 ORDER BY price DESC LIMIT 10`;
    }
  });
  return { title: 'short statements, by text', setup, queries };
}
