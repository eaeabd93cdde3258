import { POLICIES } from "../../policy-pack/policies";
import { closedLoop } from "./support/loop";
import { ordinaryStack } from "./support/ordinary-stack";
import { judgeStack } from "./support/stack";

test.each(POLICIES.map((policy) => [policy.name, policy] as const))(
  "%s has nothing to say of somebody else's closed loop",
  (_name, policy) => {
    expect(judgeStack(policy, closedLoop())).toEqual([]);
  },
);

test.each(POLICIES.map((policy) => [policy.name, policy] as const))(
  "%s has nothing to say of an ordinary IoT stack without a quarantine",
  (_name, policy) => {
    expect(judgeStack(policy, ordinaryStack())).toEqual([]);
  },
);
