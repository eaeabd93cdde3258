/** The parts of an ARN. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for a global service. */
  readonly region: string;
  /** 12 digits; empty where the service's ARNs have none. */
  readonly account: string;
  /** All after the fifth colon. */
  readonly resource: string;
}

const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)$/s;

/**
 * Reads an ARN without wildcards in its first parts.
 *
 * Source: IAM User Guide, "Amazon Resource Names (ARNs)".
 *
 * @param text - any value.
 */
export function parseArn(text: unknown): Arn | undefined {
  const [whole, partition = "", service = "", region = "", account = "", resource = ""] =
    typeof text === "string" ? (ARN.exec(text) ?? []) : [];
  return whole === undefined ? undefined : { partition, service, region, account, resource };
}
