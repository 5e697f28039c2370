import { mixed } from '../../reference-rows.ts';

/**
 * Tables like those of TPC-H (TPC Benchmark H, revision 3.0.1, clauses 1.4 and 4.2), in the proportions and value ranges
 * that its queries are made for, as pure functions of the scale: dates are ISO text, money is REAL.
 */
export const TPCH_SCHEMA = `
CREATE TABLE region (r_regionkey INTEGER PRIMARY KEY, r_name TEXT, r_comment TEXT);
CREATE TABLE nation (n_nationkey INTEGER PRIMARY KEY, n_name TEXT, n_regionkey INTEGER, n_comment TEXT);
CREATE TABLE supplier (s_suppkey INTEGER PRIMARY KEY, s_name TEXT, s_address TEXT, s_nationkey INTEGER, s_phone TEXT,
  s_acctbal REAL, s_comment TEXT);
CREATE TABLE customer (c_custkey INTEGER PRIMARY KEY, c_name TEXT, c_address TEXT, c_nationkey INTEGER, c_phone TEXT,
  c_acctbal REAL, c_mktsegment TEXT, c_comment TEXT);
CREATE TABLE part (p_partkey INTEGER PRIMARY KEY, p_name TEXT, p_mfgr TEXT, p_brand TEXT, p_type TEXT, p_size INTEGER,
  p_container TEXT, p_retailprice REAL, p_comment TEXT);
CREATE TABLE partsupp (ps_partkey INTEGER, ps_suppkey INTEGER, ps_availqty INTEGER, ps_supplycost REAL, ps_comment TEXT);
CREATE TABLE orders (o_orderkey INTEGER PRIMARY KEY, o_custkey INTEGER, o_orderstatus TEXT, o_totalprice REAL,
  o_orderdate TEXT, o_orderpriority TEXT, o_clerk TEXT, o_shippriority INTEGER, o_comment TEXT);
CREATE TABLE lineitem (l_orderkey INTEGER, l_partkey INTEGER, l_suppkey INTEGER, l_linenumber INTEGER, l_quantity REAL,
  l_extendedprice REAL, l_discount REAL, l_tax REAL, l_returnflag TEXT, l_linestatus TEXT, l_shipdate TEXT,
  l_commitdate TEXT, l_receiptdate TEXT, l_shipinstruct TEXT, l_shipmode TEXT, l_comment TEXT);`;

export const TPCH_INDEXES = `
CREATE INDEX ps_part_supp ON partsupp (ps_partkey, ps_suppkey);
CREATE INDEX ps_supp ON partsupp (ps_suppkey);
CREATE INDEX o_cust ON orders (o_custkey);
CREATE INDEX l_order ON lineitem (l_orderkey);
CREATE INDEX l_part_supp ON lineitem (l_partkey, l_suppkey);`;

export type Cell = string | number;

export interface TableRows {
  readonly name: string;
  readonly columns: Readonly<Record<string, readonly Cell[]>>;
}

const NATIONS: readonly (readonly [string, number])[] = [
  ['ALGERIA', 0],
  ['ARGENTINA', 1],
  ['BRAZIL', 1],
  ['CANADA', 1],
  ['EGYPT', 4],
  ['ETHIOPIA', 0],
  ['FRANCE', 3],
  ['GERMANY', 3],
  ['INDIA', 2],
  ['INDONESIA', 2],
  ['IRAN', 4],
  ['IRAQ', 4],
  ['JAPAN', 2],
  ['JORDAN', 4],
  ['KENYA', 0],
  ['MOROCCO', 0],
  ['MOZAMBIQUE', 0],
  ['PERU', 1],
  ['CHINA', 2],
  ['ROMANIA', 3],
  ['SAUDI ARABIA', 4],
  ['VIETNAM', 2],
  ['RUSSIA', 3],
  ['UNITED KINGDOM', 3],
  ['UNITED STATES', 1],
];
const REGIONS = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'];
const SEGMENTS = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD'];
const PRIORITIES = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'];
const MODES = ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'];
const INSTRUCTIONS = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'];
const TYPES = [
  ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'],
  ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'],
  ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'],
];
const CONTAINERS = [
  ['SM', 'LG', 'MED', 'JUMBO', 'WRAP'],
  ['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'],
];
const COLOURS = [
  'almond',
  'azure',
  'beige',
  'blue',
  'chocolate',
  'coral',
  'cyan',
  'forest',
  'green',
  'ivory',
  'lime',
  'navy',
];
const WORDS = [
  'furiously',
  'special',
  'pending',
  'requests',
  'deposits',
  'carefully',
  'packages',
  'ironic',
  'accounts',
  'even',
];

const FIRST_DAY = Date.UTC(1992, 0, 1) / 86_400_000;
const ORDER_DAYS = 2406;
const CURRENT_DATE = '1995-06-17';

/** Draws of one row: the same for the same seed. */
class Draws {
  private state: number;

  constructor(seed: number) {
    this.state = mixed(seed);
  }

  below(count: number): number {
    this.state = mixed(this.state + 1);
    return Math.floor((this.state / 2 ** 32) * count);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  of(words: readonly string[]): string {
    return words[this.below(words.length)];
  }

  cents(low: number, high: number): number {
    return this.between(low * 100, high * 100) / 100;
  }

  text(): string {
    return `${this.of(WORDS)} ${this.of(WORDS)} ${this.of(WORDS)}`;
  }

  phone(nation: number): string {
    return `${nation + 10}-${this.between(100, 999)}-${this.between(100, 999)}-${this.between(1000, 9999)}`;
  }
}

/** All tables at a scale: 1 means 1,500,000 orders. */
export function tpchTables(scale: number): readonly TableRows[] {
  const counts = {
    supplier: Math.max(20, Math.round(10_000 * scale)),
    customer: Math.max(150, Math.round(150_000 * scale)),
    part: Math.max(200, Math.round(200_000 * scale)),
    orders: Math.max(1500, Math.round(1_500_000 * scale)),
  };
  return [
    table('region', REGIONS.length, (i) => ({ r_regionkey: i, r_name: REGIONS[i], r_comment: 'region' })),
    table('nation', NATIONS.length, (i) => ({
      n_nationkey: i,
      n_name: NATIONS[i][0],
      n_regionkey: NATIONS[i][1],
      n_comment: 'nation',
    })),
    table('supplier', counts.supplier, supplier),
    table('customer', counts.customer, customer),
    table('part', counts.part, part),
    table('partsupp', counts.part * 4, (i) => partsupp(i, counts.supplier)),
    ...ordersAndLines(counts),
  ];
}

function table(name: string, count: number, row: (i: number) => Record<string, Cell>): TableRows {
  return { name, columns: asColumns(Array.from({ length: count }, (_, i) => row(i))) };
}

function asColumns(rows: readonly Record<string, Cell>[]): Record<string, readonly Cell[]> {
  return Object.fromEntries(Object.keys(rows[0]).map((column) => [column, rows.map((row) => row[column])]));
}

function supplier(i: number) {
  const draws = new Draws(i * 7 + 1);
  const nation = draws.below(NATIONS.length);
  return {
    s_suppkey: i + 1,
    s_name: `Supplier#${String(i + 1).padStart(9, '0')}`,
    s_address: `${draws.below(1e6)} street`,
    s_nationkey: nation,
    s_phone: draws.phone(nation),
    s_acctbal: draws.cents(-999, 9999),
    s_comment: draws.below(50) === 0 ? 'slow Customer some Complaints' : draws.text(),
  };
}

function customer(i: number) {
  const draws = new Draws(i * 7 + 2);
  const nation = draws.below(NATIONS.length);
  return {
    c_custkey: i + 1,
    c_name: `Customer#${String(i + 1).padStart(9, '0')}`,
    c_address: `${draws.below(1e6)} street`,
    c_nationkey: nation,
    c_phone: draws.phone(nation),
    c_acctbal: draws.cents(-999, 9999),
    c_mktsegment: draws.of(SEGMENTS),
    c_comment: draws.text(),
  };
}

function part(i: number) {
  const draws = new Draws(i * 7 + 3);
  const maker = draws.between(1, 5);
  return {
    p_partkey: i + 1,
    p_name: `${draws.of(COLOURS)} ${draws.of(COLOURS)} ${draws.of(COLOURS)}`,
    p_mfgr: `Manufacturer#${maker}`,
    p_brand: `Brand#${maker}${draws.between(1, 5)}`,
    p_type: TYPES.map((words) => draws.of(words)).join(' '),
    p_size: draws.between(1, 50),
    p_container: CONTAINERS.map((words) => draws.of(words)).join(' '),
    p_retailprice: retailPrice(i + 1),
    p_comment: draws.text(),
  };
}

function retailPrice(key: number): number {
  return (90_000 + (Math.floor(key / 10) % 20_001) + 100 * (key % 1000)) / 100;
}

/** The k-th of the four suppliers of a part. */
function supplierOf(partKey: number, k: number, suppliers: number): number {
  return ((partKey + k * (Math.floor(suppliers / 4) + Math.floor((partKey - 1) / suppliers))) % suppliers) + 1;
}

function partsupp(i: number, suppliers: number) {
  const draws = new Draws(i * 7 + 4);
  const key = Math.floor(i / 4) + 1;
  return {
    ps_partkey: key,
    ps_suppkey: supplierOf(key, i % 4, suppliers),
    ps_availqty: draws.between(1, 9999),
    ps_supplycost: draws.cents(1, 1000),
    ps_comment: draws.text(),
  };
}

interface Counts {
  readonly supplier: number;
  readonly customer: number;
  readonly part: number;
  readonly orders: number;
}

function ordersAndLines(counts: Counts): readonly TableRows[] {
  const orders: Record<string, Cell>[] = [];
  const lines: Record<string, Cell>[] = [];
  for (let i = 0; i < counts.orders; i++) {
    const draws = new Draws(i * 7 + 5);
    const day = draws.below(ORDER_DAYS - 151);
    const items = Array.from({ length: draws.between(1, 7) }, (_, k) => lineitem(i + 1, k + 1, day, draws, counts));
    lines.push(...items);
    const open = items.filter((item) => item.l_linestatus === 'O').length;
    // A third of the customers order nothing.
    const customerKey = draws.between(1, counts.customer);
    orders.push({
      o_orderkey: i + 1,
      o_custkey: customerKey % 3 === 0 ? (customerKey % counts.customer) + 1 : customerKey,
      o_orderstatus: open === items.length ? 'O' : open === 0 ? 'F' : 'P',
      o_totalprice: Math.round(items.reduce((sum, item) => sum + item.l_extendedprice, 0) * 100) / 100,
      o_orderdate: isoDate(day),
      o_orderpriority: draws.of(PRIORITIES),
      o_clerk: `Clerk#${String(draws.between(1, 1000)).padStart(9, '0')}`,
      o_shippriority: 0,
      o_comment: draws.text(),
    });
  }
  return [
    { name: 'orders', columns: asColumns(orders) },
    { name: 'lineitem', columns: asColumns(lines) },
  ];
}

function lineitem(order: number, line: number, day: number, draws: Draws, counts: Counts) {
  const partKey = draws.between(1, counts.part);
  const quantity = draws.between(1, 50);
  const shipped = day + draws.between(1, 121);
  const received = shipped + draws.between(1, 30);
  const receiptDate = isoDate(received);
  const shipDate = isoDate(shipped);
  return {
    l_orderkey: order,
    l_partkey: partKey,
    l_suppkey: supplierOf(partKey, draws.below(4), counts.supplier),
    l_linenumber: line,
    l_quantity: quantity,
    l_extendedprice: Math.round(quantity * retailPrice(partKey) * 100) / 100,
    l_discount: draws.between(0, 10) / 100,
    l_tax: draws.between(0, 8) / 100,
    l_returnflag: receiptDate <= CURRENT_DATE ? draws.of(['R', 'A']) : 'N',
    l_linestatus: shipDate > CURRENT_DATE ? 'O' : 'F',
    l_shipdate: shipDate,
    l_commitdate: isoDate(day + draws.between(30, 90)),
    l_receiptdate: receiptDate,
    l_shipinstruct: draws.of(INSTRUCTIONS),
    l_shipmode: draws.of(MODES),
    l_comment: draws.text(),
  };
}

function isoDate(day: number): string {
  return new Date((FIRST_DAY + day) * 86_400_000).toISOString().slice(0, 10);
}
