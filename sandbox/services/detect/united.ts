import type { MetricValue } from "../../../lib/detect/behavior";

/** Puts lists of one key together; a value of another kind takes the place of what was there. */
export function united(before: MetricValue | undefined, value: MetricValue): MetricValue {
  const lists = Object.entries(value).map(([key, held]: [string, readonly unknown[]]) => {
    const known: readonly unknown[] = (before as Record<string, unknown[]> | undefined)?.[key] ?? [];
    return [key, [...new Set([...known, ...held])]];
  });
  return Object.fromEntries(lists) as MetricValue;
}
