import { validation } from "./errors";

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const RATE = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/;
const OTHERS = /^(cron\(\S+( \S+){5}\)|at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\))$/;

/**
 * The time between two invocations of a schedule, milliseconds; undefined for `cron` and `at`, which the sandbox keeps and
 * never fires.
 *
 * Source: EventBridge Scheduler User Guide, "Schedule types".
 *
 * @throws AwsError - `ValidationException` for what is none of them.
 */
export function intervalOf(expression: string): number | undefined {
  const [, count, unit = ""] = RATE.exec(expression) ?? [];
  if (count !== undefined) return Number(count) * (UNITS_MS[unit] ?? 0);
  if (OTHERS.test(expression)) return undefined;
  throw validation(`Invalid Schedule Expression ${expression}.`);
}
