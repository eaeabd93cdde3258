import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Publish = (surroundings: object, folder: string) => Promise<void>;
const { publishComments, publishIssues } = require("../../../tools/ci/publish.js") as Record<
  "publishComments" | "publishIssues",
  Publish
>;

interface Item {
  readonly id?: number;
  readonly number?: number;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
}

const BOT = { login: "github-actions[bot]" };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reports-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const marker = (kind: string, stack: string) => `<!-- iot-quarantine ${kind} ${stack} -->`;

function write(kind: string, stack: string, verdict = "passed", body = `${marker(kind, stack)}\nnew`): void {
  writeFileSync(join(folder, `${stack}.json`), JSON.stringify({ stack, verdict, title: `T ${stack}`, body }));
}

/** What github-script hands over, with the given items on all pages; every call that writes is kept. */
function surroundings(items: readonly Item[]) {
  const calls: [string, object][] = [];
  const listed: object[] = [];
  const keep = (name: string) => (args: object) => {
    calls.push([name, args]);
    return Promise.resolve();
  };
  const issues = {
    listComments: "listComments",
    listForRepo: "listForRepo",
    createComment: keep("createComment"),
    updateComment: keep("updateComment"),
    create: keep("create"),
    update: keep("update"),
  };
  const paginate = (route: string, args: object) => {
    listed.push({ route, ...args });
    return Promise.resolve(items);
  };
  const context = { repo: { owner: "o", repo: "n" }, issue: { number: 7 } };
  return { calls, listed, given: { github: { rest: { issues }, paginate }, context } };
}

test("the first preview of a stack makes a comment on the pull request", async () => {
  write("preview", "dev");
  const { calls, listed, given } = surroundings([{ id: 1, body: null, user: null }]);
  await publishComments(given, folder);
  expect(listed).toEqual([{ route: "listComments", owner: "o", repo: "n", issue_number: 7, per_page: 100 }]);
  expect(calls).toEqual([
    ["createComment", { owner: "o", repo: "n", issue_number: 7, body: `${marker("preview", "dev")}\nnew` }],
  ]);
});

test("a later preview updates the comment of its own stack", async () => {
  write("preview", "dev");
  write("preview", "prod");
  const { calls, given } = surroundings([
    { id: 1, body: `${marker("preview", "prod")}\nold`, user: BOT },
    { id: 2, body: `${marker("preview", "dev")}\nold`, user: BOT },
  ]);
  await publishComments(given, folder);
  expect(calls).toEqual([
    ["updateComment", { owner: "o", repo: "n", comment_id: 2, body: `${marker("preview", "dev")}\nnew` }],
    ["updateComment", { owner: "o", repo: "n", comment_id: 1, body: `${marker("preview", "prod")}\nnew` }],
  ]);
});

test("a person's comment with the marker, and a bot's that quotes it, are not touched", async () => {
  write("preview", "dev");
  const { calls, given } = surroundings([
    { id: 1, body: `${marker("preview", "dev")}\nmine`, user: { login: "someone" } },
    { id: 2, body: `> ${marker("preview", "dev")}`, user: BOT },
    { id: 3, body: marker("drift", "dev"), user: BOT },
  ]);
  await publishComments(given, folder);
  expect(calls.map(([name]) => name)).toEqual(["createComment"]);
});

test.each([
  ["of another kind", "dev.json", marker("drift", "dev")],
  ["about another stack", "dev.json", marker("preview", "prod")],
  ["without a marker", "dev.json", "x"],
  ["under a name that is no stack's", "a b.json", "<!-- iot-quarantine preview undefined -->"],
])("a report %s is refused before anything is written", async (_what, file, body) => {
  writeFileSync(join(folder, file), JSON.stringify({ verdict: "passed", title: "T", body }));
  const { calls, given } = surroundings([]);
  await expect(publishComments(given, folder)).rejects.toThrow(/is no report of the kind preview/);
  expect(calls).toEqual([]);
});

test("no report, as when every job failed before its preview, is nothing to publish", async () => {
  const { calls, given } = surroundings([]);
  await publishComments(given, join(folder, "missing"));
  await publishIssues(given, join(folder, "missing"));
  expect(calls).toEqual([]);
});

const earlier: Item = { number: 4, body: `${marker("drift", "dev")}\nold`, user: BOT };
const which = { owner: "o", repo: "n", issue_number: 4 };
const body = `${marker("drift", "dev")}\nnew`;

test.each<[string, string, readonly Item[], [string, object][]]>([
  [
    "a drifted stack opens an issue",
    "drifted",
    [],
    [["create", { owner: "o", repo: "n", title: "T dev", body }]],
  ],
  [
    "a refused stack opens an issue",
    "refused",
    [],
    [["create", { owner: "o", repo: "n", title: "T dev", body }]],
  ],
  [
    "a drifted stack updates its issue",
    "drifted",
    [earlier],
    [["update", { ...which, title: "T dev", body }]],
  ],
  [
    "a stack that is as it should be closes its issue",
    "passed",
    [earlier],
    [["update", { ...which, body, state: "closed", state_reason: "completed" }]],
  ],
  ["a stack that is as it should be opens none", "passed", [], []],
  ["a check that could not run opens none", "failed", [], []],
  ["a check that could not run leaves the issue as it is", "failed", [earlier], []],
  [
    "an issue of a person is not the workflow's",
    "drifted",
    [{ ...earlier, user: { login: "someone" } }],
    [["create", { owner: "o", repo: "n", title: "T dev", body }]],
  ],
])("%s", async (_what, verdict, items, expected) => {
  write("drift", "dev", verdict);
  const { calls, listed, given } = surroundings(items);
  await publishIssues(given, folder);
  expect(calls).toEqual(expected);
  expect(listed).toEqual([
    { route: "listForRepo", owner: "o", repo: "n", state: "open", creator: BOT.login, per_page: 100 },
  ]);
});
