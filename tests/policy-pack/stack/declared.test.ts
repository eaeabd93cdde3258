import { POLICIES } from "../../../policy-pack/policies";
import { closedLoop } from "../support/loop";
import { changed, judgeStack, one } from "../support/stack";

test("what a resource declares is parsed once in a run, however many policies ask", () => {
  const resource = (Name: string) => ({ Type: "AWS::IoT::SecurityProfile", Properties: { Name } });
  const templateBody = JSON.stringify({ Resources: { P: resource("a"), Q: resource("b") } });
  const desiredState = JSON.stringify({ SecurityProfileName: "c" });
  const stack = changed(closedLoop, (all) => {
    all.stack = { type: "aws:cloudformation/stack:Stack", props: { templateBody } };
    all.set = { type: "aws-native:cloudformation:StackSet", props: { templateBody } };
    all.single = {
      type: "aws:cloudcontrol/resource:Resource",
      props: { typeName: "AWS::IoT::SecurityProfile", desiredState },
    };
    one(all, "profile").props.behaviors = [];
  });
  const parse = jest.spyOn(JSON, "parse");
  const verdicts = POLICIES.flatMap((policy) => judgeStack(policy, stack));
  const times = (text: string) => parse.mock.calls.filter(([parsed]) => parsed === text).length;
  expect([times(templateBody), times(desiredState)]).toEqual([1, 1]);
  parse.mockRestore();
  for (const name of ["stack", "set", "single"]) expect(verdicts.map((said) => said.name)).toContain(name);
});
