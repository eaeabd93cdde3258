import { Findings } from "../../policy-pack/findings";

const subject = (name: string) => ({ name, urn: `urn:${name}` });

test("a judgement that throws is told as not judged, and the next resource is judged", () => {
  const told: unknown[] = [];
  const findings = new Findings((message, urn) => told.push(urn === undefined ? message : [message, urn]));
  findings.about(subject("a"), (finding) => {
    finding.refuse("a is wrong");
    throw new Error("no such key");
  });
  findings.about(subject("b"), (finding) => finding.refuse("b is wrong"));
  expect(told).toEqual([
    ["a is wrong", "urn:a"],
    {
      message: expect.stringMatching(/^Not judged: "a": the policy itself failed \(Error: no such key\)\.$/),
      urn: "urn:a",
      enforcementLevel: "advisory",
    },
    ["b is wrong", "urn:b"],
  ]);
});

test("all that cannot be judged of a resource is told once, in one message", () => {
  const told: unknown[] = [];
  const findings = new Findings((message) => told.push(message));
  findings.about(subject("a"), (finding) => {
    for (const what of ["its key", "its role", "its key"]) finding.unjudged(what);
  });
  expect(told).toEqual([expect.objectContaining({ message: 'Not judged: "a": its key; its role.' })]);
});
