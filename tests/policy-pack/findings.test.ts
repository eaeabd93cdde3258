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
  findings.tell();
  expect(told).toEqual([
    ["a is wrong", "urn:a"],
    ["b is wrong", "urn:b"],
    {
      message: expect.stringMatching(/^Not judged: "a": the policy itself failed \(Error: no such key\)\.$/),
      urn: "urn:a",
      enforcementLevel: "advisory",
    },
  ]);
});

test("all that cannot be judged of a resource is told once, in one message", () => {
  const told: unknown[] = [];
  const findings = new Findings((message) => told.push(message));
  findings.about(subject("a"), (finding) => {
    for (const what of ["its key", "its role"]) finding.unjudged(what);
  });
  findings.about(subject("a"), (finding) => finding.unjudged("its key"));
  findings.tell();
  expect(told).toEqual([expect.objectContaining({ message: 'Not judged: "a": its key; its role.' })]);
});

test("what is true of several resources is told once, with all of them", () => {
  const told: unknown[] = [];
  const findings = new Findings((message, urn) => told.push(urn === undefined ? message : [message, urn]));
  const names = ["a", "b", "c"];
  for (const name of names) {
    findings.about({ name, urn: `urn:pulumi:prod::acme::x:y:Z$aws:sns/topic:Topic::${name}` }, (finding) => {
      finding.refuse(`Topic "${name}" has no key. Set one for "${name}".`);
      finding.advise(name === "b" ? 'Topic "b" is odd.' : `"${name}" is slow.`);
      finding.unjudged(`what "${name}" does`);
    });
  }
  findings.tell();
  const [a, b] = names.map((name) => `urn:pulumi:prod::acme::x:y:Z$aws:sns/topic:Topic::${name}`);
  const advice = (message: string, urn: string | undefined) => ({
    message,
    urn,
    enforcementLevel: "advisory",
  });
  const others = 'The same holds for "b" (aws:sns/topic:Topic), "c" (aws:sns/topic:Topic).';
  expect(told).toEqual([
    [`Topic "a" has no key. Set one for "a". ${others}`, a],
    advice('"a" is slow. The same holds for "c" (aws:sns/topic:Topic).', a),
    advice('Topic "b" is odd.', b),
    advice(`Not judged: "a": what "a" does. ${others}`, a),
  ]);
});
