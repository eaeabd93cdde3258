import type { Fault } from "../../lib/detect/fault";
import { CONFIG_DEFAULTS, type ConfigKey } from "./defaults";

/** Namespace of the program's config keys. */
const CONFIG_NAMESPACE = "iot-quarantine";

/** Keys that an earlier version had, and what to set instead. */
const REPLACED: Readonly<Record<string, string>> = {
  functionReservedConcurrency:
    "set `alarmConcurrency` where 15 batches of alarms at a time are not right: alarms wait in a queue, and nothing is reserved",
};

/** What a name may look like. */
export interface NameRule {
  /** Pattern that the whole name matches. */
  readonly pattern: RegExp;
  /** The same in words. */
  readonly rule: string;
}

/** Takes config values out of their texts and collects what is wrong with them. */
export class ConfigReader {
  /** What was found wrong so far. */
  readonly faults: Fault[] = [];

  /** Texts by full key, secrets left out. */
  readonly #plain: Readonly<Record<string, string | undefined>>;
  /** Full keys of the namespace whose values are secrets. */
  readonly #secrets: readonly string[];

  /**
   * @param raw - texts by full key (`iot-quarantine:profiles`), lists as JSON, as the engine hands them over.
   * @param isSecret - whether a full key's value is encrypted in the stack's config.
   */
  constructor(raw: Readonly<Record<string, string | undefined>>, isSecret: (path: string) => boolean) {
    const own = Object.entries(raw).filter(([path]) => path.startsWith(`${CONFIG_NAMESPACE}:`));
    this.#plain = Object.fromEntries(own.filter(([path]) => !isSecret(path)));
    this.#secrets = own.map(([path]) => path).filter(isSecret);
  }

  /** The value of a key, decoded as its default's kind; the text itself where it cannot be decoded. */
  value(key: ConfigKey): unknown {
    const text = this.#plain[fullKey(key)];
    const fallback = CONFIG_DEFAULTS[key];
    if (text === undefined) return fallback;
    return typeof fallback === "string" ? text : parsedJson(text);
  }

  /**
   * A physical name.
   *
   * @param name - what it must look like.
   * @param derived - what an empty one stands for.
   */
  name(key: ConfigKey, name: NameRule, derived: string): string {
    const value = this.value(key);
    if (value === "") return derived;
    return typeof value === "string" && name.pattern.test(value)
      ? value
      : this.refuse(key, value, `${name.rule}, or leave it empty to name it after the stack`, derived);
  }

  /**
   * A whole number.
   *
   * @param rule - the same in words, with the unit.
   */
  integer(key: ConfigKey, accepts: (value: number) => boolean, rule: string): number {
    const value = this.value(key);
    return typeof value === "number" && Number.isSafeInteger(value) && accepts(value)
      ? value
      : this.refuse(key, value, rule, 0);
  }

  /** A truth value. */
  boolean(key: ConfigKey): boolean {
    const value = this.value(key);
    return typeof value === "boolean" ? value : this.refuse(key, value, "true or false", false);
  }

  /**
   * Records a fault.
   *
   * @param rule - what it must be.
   * @param instead - what to go on with, until all faults are known.
   */
  refuse<T>(key: ConfigKey, value: unknown, rule: string, instead: T): T {
    this.faults.push({ path: fullKey(key), rule, value, remedy: `Set \`${key}\` to` });
    return instead;
  }

  /** Records every key that is a secret: what it is for stands in AWS and in the state for all to read. */
  refuseSecrets(): void {
    for (const path of this.#secrets) {
      const remedy = `Set it again by \`pulumi config set ${path}\`: it must be`;
      this.faults.push({
        path,
        rule: "plain, as names and thresholds are in AWS",
        value: "[secret]",
        remedy,
      });
    }
  }

  /** Records every key of the namespace that the program does not know: the engine accepts any. */
  refuseUnknownKeys(): void {
    const known = Object.keys(CONFIG_DEFAULTS);
    for (const [path, value] of Object.entries(this.#plain)) {
      const key = path.slice(CONFIG_NAMESPACE.length + 1);
      if (known.includes(key)) continue;
      const instead = REPLACED[key];
      this.faults.push({
        path,
        rule: instead ?? `use one of ${known.join(", ")}`,
        value,
        remedy: `Remove it with \`pulumi config rm ${path}\` ${instead === undefined ? "or" : "and"}`,
      });
    }
  }
}

/** A config key with its namespace. */
export function fullKey(key: ConfigKey): string {
  return `${CONFIG_NAMESPACE}:${key}`;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the text is what the fault shows.
    return text;
  }
}
