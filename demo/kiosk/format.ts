const DIGIT_GROUPS = new Intl.NumberFormat('en');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface Quantity {
  readonly text: string;
  readonly unit: string;
}

/** 184320 -> 184,320 */
export function formatCount(count: number): string {
  return DIGIT_GROUPS.format(count);
}

/** A value as a wall shows it: three digits or so, and rates in the unit that fits. */
export function formatQuantity(value: number, unit: string): Quantity {
  if (unit === 'B/s') return scaleBytes(value, '/s');
  return { text: value.toFixed(decimalsOf(value, unit)), unit: unit === 'processes' ? '' : unit };
}

export function formatValue(value: number, unit: string): string {
  const quantity = formatQuantity(value, unit);
  return `${quantity.text} ${quantity.unit}`.trim();
}

/** 2.5 – 97.2 %, and 0 B/s – 3.2 kB/s */
export function formatExtent(low: number, high: number, unit: string): string {
  const from = formatQuantity(low, unit);
  const to = formatQuantity(high, unit);
  return `${from.text}${from.unit === to.unit ? '' : ` ${from.unit}`} – ${to.text} ${to.unit}`.trim();
}

export function formatBytes(bytes: number): string {
  const { text, unit } = scaleBytes(bytes, '');
  return `${text} ${unit}`;
}

/** The same for a value axis, whose ticks are round already. */
export function formatTick(value: number, unit: string): string {
  if (unit === 'B/s') return formatValue(value, unit).replace('.0 ', ' ');
  return `${Number(value.toFixed(2))} ${unit === 'processes' ? '' : unit}`.trim();
}

function scaleBytes(bytes: number, suffix: string): Quantity {
  const units = ['B', 'kB', 'MB', 'GB'];
  let scaled = bytes;
  let step = 0;
  while (scaled >= 999.5 && step < units.length - 1) {
    scaled /= 1000;
    step++;
  }
  return { text: scaled.toFixed(step === 0 || scaled >= 99.95 ? 0 : 1), unit: `${units[step]}${suffix}` };
}

function decimalsOf(value: number, unit: string): number {
  if (unit === 'hPa') return 0;
  if (unit === '%') return Math.abs(value) >= 99.95 ? 0 : 1;
  return unit === 'processes' ? 2 : 1;
}

/** Seconds since 1970 -> 14:32 */
export function formatTime(timestamp: number): string {
  const date = new Date(timestamp * 1000);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** Seconds since 1970 -> 14:32 today, 14 Feb 14:32 otherwise */
export function formatMoment(timestamp: number, now: number): string {
  const today = new Date(timestamp * 1000).toDateString() === new Date(now * 1000).toDateString();
  return today ? formatTime(timestamp) : `${formatDay(timestamp)} ${formatTime(timestamp)}`;
}

/** Seconds since 1970 -> 14:32:05 today, 14 Feb 14:32:05 otherwise */
export function formatInstant(timestamp: number, now = Date.now() / 1000): string {
  return `${formatMoment(timestamp, now)}:${pad(new Date(timestamp * 1000).getSeconds())}`;
}

/** Seconds since 1970 -> 14 Feb */
export function formatDay(timestamp: number): string {
  const date = new Date(timestamp * 1000);
  return `${date.getDate()} ${MONTHS[date.getMonth()]}`;
}

/** 2.4 -> 2.4 ms; 1234 -> 1.2 s */
export function formatDuration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
