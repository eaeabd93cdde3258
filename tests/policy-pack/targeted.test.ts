import { POLICIES } from "../../policy-pack/policies";
import { closedLoop } from "./support/loop";
import { changed, judgeStack, one, type Stack } from "./support/stack";

/** What `pulumi up --target` leaves out of a new stack comes without properties. */
const leftOut =
  (...names: readonly string[]) =>
  (stack: Stack) => {
    for (const name of names) one(stack, name).props = {};
  };

const refusals = (stack: Stack) =>
  POLICIES.flatMap((policy) =>
    judgeStack(policy, stack).filter(
      ({ level }) => level === "own" && policy.enforcementLevel === "mandatory",
    ),
  );

test.each(Object.keys(closedLoop()))("a new stack without its %s is not refused for it", (name) => {
  expect(refusals(changed(closedLoop, leftOut(name)))).toEqual([]);
});

test.each(Object.keys(closedLoop()))("a new stack of its %s alone is not refused for the rest", (name) => {
  const others = Object.keys(closedLoop()).filter((other) => other !== name);
  expect(refusals(changed(closedLoop, leftOut(...others)))).toEqual([]);
});

test("of a profile that is left out it is said that it was not judged", () => {
  const said = POLICIES.flatMap((policy) => judgeStack(policy, changed(closedLoop, leftOut("profile"))));
  expect(said).toContainEqual({
    level: "advisory",
    name: "profile",
    message: expect.stringMatching(/^Not judged: "profile": .*--target/),
  });
});
