import { POLICIES } from "../../policy-pack/policies";
import { closedLoop } from "./support/loop";
import { judgeStack } from "./support/stack";

test.each(POLICIES.map((policy) => [policy.name, policy] as const))(
  "%s does not take a setting that it does not have without a word",
  (_name, policy) => {
    const said = judgeStack(policy, closedLoop(), { protectQuarantineGrup: true });
    expect(said).toEqual([
      {
        level: "own",
        name: expect.any(String),
        message: expect.stringMatching(/do nothing: protectQuarantineGrup\./),
      },
    ]);
    for (const name of Object.keys(policy.configSchema?.properties ?? {})) {
      expect(said[0]?.message).toContain(name);
    }
  },
);
