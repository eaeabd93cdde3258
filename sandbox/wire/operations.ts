import { NormalizedSchema } from "@smithy/core/schema";

/** An operation of an AWS service, as the SDK's schema describes it. */
export interface Operation {
  /** Name, for example `CreateThing`. */
  readonly name: string;
  /** Method, path template and success status of a REST operation. */
  readonly http?: { readonly method: string; readonly path: string; readonly status: number };
  /** Shape of the input. */
  readonly input: NormalizedSchema;
  /** Shape of the output. */
  readonly output: NormalizedSchema;
}

/** Kind number of an operation in the SDK's static schemas. */
const OPERATION = 9;
/** Kind number of an error structure in the SDK's static schemas. */
const ERROR = -3;

type Shape = Parameters<typeof NormalizedSchema.of>[0];
type OperationSchema = [
  number,
  string,
  string,
  { http?: [string, string, number] } | number,
  () => Shape,
  () => Shape,
];
type ErrorSchema = [number, string, string, { awsQueryError?: [string, number] } | number];

const isOperation = (value: unknown): value is OperationSchema =>
  Array.isArray(value) && value[0] === OPERATION;
const isError = (value: unknown): value is ErrorSchema => Array.isArray(value) && value[0] === ERROR;

/** Every operation that an SDK client's module describes, by name. */
export function operationsOf(sdk: object): Map<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const schema of Object.values(sdk).filter(isOperation)) {
    const [, , name, traits, input, output] = schema;
    const http = typeof traits === "object" ? traits.http : undefined;
    operations.set(name, {
      name,
      ...(http && { http: { method: http[0], path: http[1], status: http[2] } }),
      get input() {
        return NormalizedSchema.of(input());
      },
      get output() {
        return NormalizedSchema.of(output());
      },
    });
  }
  return operations;
}

/** The codes that errors had in the Query protocol, where they differ from the shape's name. */
export function queryErrorCodesOf(sdk: object): Map<string, string> {
  const codes = new Map<string, string>();
  for (const [, , name, traits] of Object.values(sdk).filter(isError)) {
    const code = typeof traits === "object" ? traits.awsQueryError?.[0] : undefined;
    if (code) codes.set(name, code);
  }
  return codes;
}

/** The members that an input must have. */
export function requiredMembers(schema: NormalizedSchema): string[] {
  // A static structure is [kind, namespace, name, traits, members, schemas, number of required members].
  const raw = schema.getSchema() as unknown;
  if (!Array.isArray(raw) || !Array.isArray(raw[4])) return [];
  return (raw[4] as string[]).slice(0, typeof raw[6] === "number" ? raw[6] : 0);
}
