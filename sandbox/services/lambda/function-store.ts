import { regionalArn } from "../../../lib/aws/arns";
import type { Environment } from "../../environment";
import { resourceNotFound } from "./errors";
import type { LambdaFunction } from "./function";

/** A function's reference: a name, a partial ARN or an ARN, with a version or without. */
const REFERENCE =
  /^(?:arn:[\w-]+:lambda:)?(?:([a-z]{2}[\w-]*-\d):)?(?:(\d{12}):)?(?:function:)?([\w-]+)(?::(\$LATEST|[\w-]+))?$/;

/** Lambda's functions. */
export class FunctionStore {
  /** By name. */
  readonly all = new Map<string, LambdaFunction>();
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The ARN of a function's name. */
  arnOf(name: string): string {
    return regionalArn(this.#env, "lambda", `function:${name}`);
  }

  /**
   * The name that a reference means in this account and Region.
   *
   * @throws AwsError - `ResourceNotFoundException` for another account, Region or version: there is only
   * `$LATEST` here.
   */
  nameOf(reference: string | undefined, qualifier?: string): string {
    const [, region, account, name, version] = REFERENCE.exec(reference ?? "") ?? [];
    const wanted = version ?? qualifier ?? "$LATEST";
    const isHere =
      (region ?? this.#env.region) === this.#env.region &&
      (account ?? this.#env.account) === this.#env.account;
    if (name === undefined || !isHere || wanted !== "$LATEST") {
      const arn = name === undefined ? (reference ?? "") : this.arnOf(name);
      throw resourceNotFound(`Function not found: ${wanted === "$LATEST" ? arn : `${arn}:${wanted}`}`);
    }
    return name;
  }

  /** The function of a reference. @throws AwsError - `ResourceNotFoundException`. */
  get(reference: string | undefined, qualifier?: string): LambdaFunction {
    const name = this.nameOf(reference, qualifier);
    const found = this.all.get(name);
    if (!found) throw resourceNotFound(`Function not found: ${this.arnOf(name)}`);
    return found;
  }

  /** The function of an ARN, if it is there. */
  find(arn: string): LambdaFunction | undefined {
    return [...this.all.values()].find((each) => each.arn === arn || `${each.arn}:$LATEST` === arn);
  }
}
