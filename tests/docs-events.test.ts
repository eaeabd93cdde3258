import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { DETAIL_TYPES, detailOf, EVENT_SOURCE } from "../lib/notices/event";
import { NOTICE_KINDS, type Notice, type NoticeKind } from "../lib/notices/notice";

const DOCUMENT = readFileSync(join(__dirname, "..", "docs", "events.md"), "utf8");
const blocks = (info: string): unknown[] =>
  [...DOCUMENT.matchAll(new RegExp(`\`\`\`json ${info}\n([\\s\\S]+?)\`\`\``, "g"))].map(([, text = ""]) =>
    JSON.parse(text),
  );

interface Example {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: Omit<Notice, "at"> & { readonly stack: string; readonly at: string };
}
const EXAMPLES = blocks("example") as readonly Example[];
const [SCHEMA] = blocks("schema") as readonly object[];
const validate = new Ajv2020({ allErrors: true }).compile(SCHEMA ?? {});

const noticeOf = ({ stack, at, ...told }: Example["detail"]): Notice => {
  const { version, id, ...notice } = told as typeof told & { version: number; id: string };
  return { ...notice, at: Date.parse(at) };
};

test("there is an example of each kind, under its type, and the tree's own schema holds for it", () => {
  expect(EXAMPLES.map(({ detail }) => detail.kind)).toEqual(NOTICE_KINDS);
  expect(DOCUMENT.match(/^## .+/gm)).toEqual(Object.values(DETAIL_TYPES).map((type) => `## ${type}`));
  for (const { detail } of EXAMPLES) {
    validate(detail);
    expect([detail.kind, validate.errors]).toEqual([detail.kind, null]);
  }
});

test.each(EXAMPLES.map((example) => [example.detail.kind, example] as const))(
  "the example of %s is what is sent of such a notice",
  (kind: NoticeKind, example) => {
    const sent = {
      source: EVENT_SOURCE,
      "detail-type": DETAIL_TYPES[kind],
      detail: detailOf(noticeOf(example.detail), example.detail.stack),
    };
    expect(JSON.stringify(sent, null, 2)).toBe(JSON.stringify(example, null, 2));
  },
);

test("what the schema refuses is seen", () => {
  const [{ detail }] = EXAMPLES as readonly [Example];
  const { thingName, ...nameless } = detail;
  for (const wrong of [
    nameless,
    { ...detail, payload: "x" },
    { ...detail, version: 2 },
    { ...detail, at: "now" },
  ]) {
    expect(validate(wrong)).toBe(false);
  }
});

test("whatever a device calls itself, the schema holds for what is sent", () => {
  for (const thingName of ["x".repeat(1000), "\u001b[2J", "\ud800", "名"]) {
    const notice: Notice = {
      ...{ kind: "held", thingName, securityProfileName: "P", behaviorName: "B", violationId: "v" },
      ...{ reason: "r".repeat(5000), at: 0 },
    };
    validate(detailOf(notice, "dev"));
    expect(validate.errors).toBeNull();
  }
});
