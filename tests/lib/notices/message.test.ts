import fc from "fast-check";
import { detailOf } from "../../../lib/notices/event";
import { digestOf, messageOf } from "../../../lib/notices/message";
import { NOTICE_KINDS, type Notice } from "../../../lib/notices/notice";
import { anyText } from "../../support/any-text";
import { NOON, noticeOf } from "./setting";

const message = (...notices: Notice[]) =>
  messageOf(
    "dev",
    notices.map((notice) => detailOf(notice, "dev")),
  );

test("says which device, why, and what to type next", () => {
  const { subject, text, json } = message(
    noticeOf(1, { kind: "quarantined", reason: "group requested of AWS", actor: "arn:aws:iam::1:user/ann" }),
  );
  expect(subject).toBe("[iot-quarantine dev] dev-1: quarantined");
  expect(text).toBe(`Stack dev: dev-1: quarantined.

  thing     dev-1
  behavior  Sent of P
  violation v-1
  when      2027-01-31T12:00:00.000Z
  who       arn:aws:iam::1:user/ann
  why       group requested of AWS

Type next:
  npm run quarantine -- show dev-1
  npm run quarantine -- release dev-1 --reason "why it may go on"

More of this kind and behavior in this hour comes as a count, in the next digest.`);
  expect(json).toMatchObject({ kind: "quarantined", count: 1, notices: [{ thingName: "dev-1" }] });
});

test("names ten of many devices, counts the rest, and names the list as what to type", () => {
  const { text } = message(...Array.from({ length: 12 }, (_none, n) => noticeOf(n)));
  expect(text.match(/^ {2}thing /gm)).toHaveLength(10);
  expect(text).toContain("and 2 more");
  expect(text).toContain("npm run quarantine -- list");
  expect(text).not.toContain("quarantine -- approve");
});

test.each(["$(rm -rf ~)", "--yes", "a; b", "dev\u001b[2J"])(
  "puts no name into a command that a shell or the command would obey: %j",
  (thingName) => {
    for (const kind of NOTICE_KINDS) {
      const { text } = message(noticeOf(1, { kind, thingName }));
      const commands = text.split("\n").filter((line) => line.includes("npm run quarantine"));
      expect(commands.length).toBeGreaterThan(0);
      for (const command of commands) expect(command).not.toContain(thingName.slice(0, 4));
    }
  },
);

const anyName = fc.oneof(anyText, fc.constantFrom("\ud800x", "__proto__", "e\u0301\ud83d\udc4d\ud83c\udffd"));
const anyNotice = fc.record({
  kind: fc.constantFrom(...NOTICE_KINDS),
  thingName: fc.option(anyName, { nil: undefined }),
  securityProfileName: anyName,
  behaviorName: fc.option(anyName, { nil: undefined }),
  violationId: anyName,
  reason: anyName,
  at: fc.integer({ min: 0, max: 4e12 }),
}) as fc.Arbitrary<Notice>;

test("whatever a device calls itself, subject and text hold nothing that a mail or a terminal obeys", () => {
  fc.assert(
    fc.property(fc.array(anyNotice, { minLength: 1, maxLength: 15 }), anyName, (notices, stack) => {
      const details = notices.map((notice) => detailOf(notice, "dev"));
      for (const { subject, text, json } of [messageOf(stack, details), digestOf("dev", details)]) {
        expect(subject).toMatch(/^\[iot-quarantine [\x20-\x7e]{1,100}$/);
        expect(subject.length).toBeLessThanOrEqual(100);
        if (stack === "dev")
          expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/u);
        // What the SDK could not send would be lost.
        expect(() => encodeURIComponent(JSON.stringify(json))).not.toThrow();
      }
    }),
  );
});

test("a digest counts by kind and behavior, names some, and says what to type", () => {
  const notices = [
    ...Array.from({ length: 12 }, (_none, n) => noticeOf(n)),
    noticeOf(20, { kind: "exempt", behaviorName: "Received", at: Date.parse("2027-01-31T12:04:00Z") }),
    { kind: "failed" as const, reason: "no alarm", at: NOON },
  ];
  const { subject, text, json } = digestOf(
    "dev",
    notices.map((notice) => detailOf(notice, "dev")),
  );
  expect(subject).toBe("[iot-quarantine dev] 14 more, held, exempt, failed");
  expect(text).toContain("from 2027-01-31T12:00:00.000Z to 2027-01-31T12:04:00.000Z");
  expect(text).toContain("12 held until somebody approves, Sent of P: dev-0, dev-1,");
  expect(text).toContain("1 alarmed, and exempt, Received of P: dev-20\n");
  expect(text).toContain("redrive --dry-run");
  expect(json).toMatchObject({
    count: 14,
    counts: [
      { kind: "held", count: 12, things: expect.arrayContaining(["dev-9"]) },
      { kind: "exempt", count: 1 },
      { kind: "failed", count: 1, things: [] },
    ],
  });
});
