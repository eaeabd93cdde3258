/** How a mapping takes messages. */
export interface MappingSettings {
  /** A mapping that is not enabled takes nothing: messages wait. */
  readonly enabled: boolean;
  /** Most messages of one invocation. */
  readonly batchSize: number;
  /** How long it waits for a batch to fill, seconds. */
  readonly windowSeconds: number;
  /** Most invocations at a time. */
  readonly maximumConcurrency: number | undefined;
  /** Whether the function's answer names the messages that failed. */
  readonly reportsItemFailures: boolean;
}

/** What invokes a function with the messages of a queue. */
export interface EventSourceMapping {
  readonly id: string;
  readonly arn: string;
  readonly queueArn: string;
  functionName: string;
  settings: MappingSettings;
  modifiedAt: Date;
  /** What the latest poll came to, as Lambda words it. */
  lastResult: string;
  readonly tags: Map<string, string>;
}
