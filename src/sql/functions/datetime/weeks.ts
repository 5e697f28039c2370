import { civilFromDays, daysFromCivil } from '../../expressions/values/time.ts';

/** 0 = Sunday. */
export function weekdayOfDay(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/** ISO 8601's week and the year that it belongs to: the one that has its Thursday. */
export function isoWeekOfDay(days: number): { readonly year: number; readonly week: number } {
  const thursday = days + 3 - ((weekdayOfDay(days) + 6) % 7);
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

/** From 1. */
export function dayOfYear(days: number): number {
  return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
}
