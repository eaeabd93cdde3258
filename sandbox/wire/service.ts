import type { AwsError } from "./aws-error";

/** How a service speaks on the wire. */
export type Protocol = "rest-json" | "query" | "json-1.0" | "json-1.1";

/** Who called: a person with any credentials, or a role that the sandbox gave credentials for. */
export type Caller = { readonly kind: "user" } | { readonly kind: "role"; readonly roleName: string };

/** What an action may know of its request beside the input. */
export interface Call {
  /** Who called. */
  readonly caller: Caller;
  /** Id of the request, a UUID. */
  readonly requestId: string;
  /** Virtual time of the request. */
  readonly date: Date;
}

/** One API action: parsed input in, output out. Throws `AwsError`. */
// biome-ignore lint/suspicious/noExplicitAny: each service types its own actions with the SDK's types; this is their meeting point.
export type Action = (input: any, call: Call) => unknown;

/** One AWS service as the router sees it. */
export interface Service {
  /** Name for messages, for example `iot`. */
  readonly name: string;
  /** Names in a SigV4 credential scope that mean this service. @default its name */
  readonly signingNames?: readonly string[];
  /** How it speaks. */
  readonly protocol: Protocol;
  /** Prefix of `X-Amz-Target` (JSON protocols), for example `AmazonSQS`. */
  readonly targetPrefix?: string;
  /** The API version that a Query request names; a service of another protocol that has one speaks Query as well. */
  readonly version?: string;
  /** Member of the input that the path of a Query request stands for, for example `QueueUrl`. */
  readonly pathMember?: string;
  /** XML namespace of Query answers. */
  readonly xmlNamespace?: string;
  /** The SDK client's module, whose exported schemas describe every operation of the service. */
  readonly sdk: object;
  /** The operations that the sandbox knows. */
  readonly actions: Readonly<Record<string, Action>>;
  /** The error for an input that breaks the operation's shape. */
  readonly invalid: (message: string) => AwsError;
}
