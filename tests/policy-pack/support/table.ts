import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { closedLoop } from "./loop";
import { PROVIDER_FORMS } from "./provider-forms";
import { type Change, changed, judgeStack, type Stack } from "./stack";

/** A change that breaks one thing: what it is, how, and what the policy must say, of which resource. */
type Fault = readonly [title: string, change: Change, name: string, message: RegExp, config?: object];

/** A change that breaks nothing. */
type NearMiss = readonly [title: string, change: Change, config?: object];

/** What a policy is held to. */
interface Cases {
  /** The policy's own level. */
  readonly level: "mandatory" | "advisory";
  /** What each change is made to; the closed loop by default. */
  readonly stack?: () => Stack;
  /** Refused, at the policy's own level. */
  readonly faults?: readonly Fault[];
  /** Told as advice, whatever the policy's level. */
  readonly advice?: readonly Fault[];
  /** Told as not judged. */
  readonly unjudged?: readonly Fault[];
  /** Not told at all. */
  readonly nearMisses?: readonly NearMiss[];
}

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** Several changes as one. */
export const both =
  (...changes: readonly Change[]): Change =>
  (stack) => {
    for (const change of changes) change(stack);
  };

/** Writes the tests of a policy: each case changes a closed loop in one way. */
export function holdPolicyTo(policy: Policy, cases: Cases): void {
  const { level, stack = closedLoop, faults = [], advice = [], unjudged = [], nearMisses = [] } = cases;
  const told = (change: Change, config?: object) => judgeStack(policy, changed(stack, change), config);

  test(`${policy.name} says what it is, and how bad it is`, () => {
    expect(policy.enforcementLevel).toBe(level);
    expect(policy.description).toMatch(/^[A-Z].*\.$/);
    expect(policy.remediationSteps).toMatch(/^[A-Z].*\.$/);
    expect(["low", "medium", "high", "critical"]).toContain(policy.severity);
    expect(judgeStack(policy, stack())).toEqual([]);
  });

  for (const [title, change, name, message, config] of faults) {
    test(`refused: ${title}`, () => {
      expect(told(change, config)).toEqual([{ level: "own", name, message: expect.stringMatching(message) }]);
    });
    for (const [form, asProvider] of Object.entries(PROVIDER_FORMS)) {
      test(`refused ${form}: ${title}`, () => {
        expect(told(both(change, asProvider), config)).toEqual([
          { level: "own", name, message: expect.stringMatching(message) },
        ]);
      });
    }
  }
  for (const [title, change, name, message, config] of advice) {
    test(`advised against: ${title}`, () => {
      expect(told(change, config)).toEqual([
        { level: "advisory", name, message: expect.stringMatching(message) },
      ]);
    });
  }
  for (const [title, change, name, message, config] of unjudged) {
    test(`not judged, and said so: ${title}`, () => {
      expect(told(change, config)).toEqual([
        {
          level: "advisory",
          name,
          message: expect.stringMatching(new RegExp(`^Not judged: .*${message.source}`)),
        },
      ]);
    });
  }
  for (const [title, change, config] of nearMisses) {
    test(`passes: ${title}`, () => {
      expect(told(change, config)).toEqual([]);
    });
    for (const [form, asProvider] of Object.entries(PROVIDER_FORMS)) {
      test(`passes ${form}: ${title}`, () => {
        expect(told(both(change, asProvider), config)).toEqual([]);
      });
    }
  }
}
