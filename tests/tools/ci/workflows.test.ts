import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { dependencies, engines, scripts } from "../../../package.json";

const GITHUB = join(__dirname, "..", "..", "..", ".github");

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly strategy?: {
    readonly "max-parallel"?: number;
    readonly matrix?: Readonly<Record<string, unknown>>;
  };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (...path: string[]) => readFileSync(join(GITHUB, ...path), "utf8");
const files = readdirSync(join(GITHUB, "workflows")).sort();
const texts = Object.fromEntries(files.map((file) => [file, read("workflows", file)]));
const workflows = Object.fromEntries(files.map((file) => [file, parse(texts[file] ?? "") as Workflow]));
const workflow = (file: string) => workflows[file] as Workflow;
const actions = readdirSync(join(GITHUB, "actions")).map(
  (name) => [name, read("actions", name, "action.yml")] as const,
);
const everything = [...Object.entries(texts), ...actions];
const jobs = files.flatMap((file) =>
  Object.entries(workflow(file).jobs).map(([name, job]) => [`${file} ${name}`, job] as const),
);
const steps = [
  ...jobs.flatMap(([name, job]) => job.steps.map((step) => [name, step] as const)),
  ...actions.flatMap(([name, text]) =>
    (parse(text) as { runs: { steps: Step[] } }).runs.steps.map((step) => [name, step] as const),
  ),
];

test("there are these four workflows", () => {
  expect(files).toEqual(["check.yml", "deploy.yml", "drift.yml", "preview.yml"]);
});

test("one version of Node is the default everywhere, and the Lambda's; the gate runs on all that the product promises", () => {
  const root = join(GITHUB, "..");
  const major = readFileSync(join(root, ".nvmrc"), "utf8").trim();
  const install = parse(read("actions", "install", "action.yml")) as {
    inputs: { node: { default: string } };
  };
  expect(install.inputs.node.default).toBe(major);
  expect(readFileSync(join(root, "infra", "lambda-function.ts"), "utf8")).toContain(`"nodejs${major}.x"`);
  const matrix = workflow("check.yml").jobs.check?.strategy?.matrix?.node as readonly string[];
  expect(matrix).toEqual(["20", "22", major]);
  expect(engines.node).toBe(">=20.19.0");
});

test("every action from elsewhere is pinned by a full commit, has its version beside it, and is the same everywhere", () => {
  const pins = new Map<string, Set<string>>();
  for (const [name, text] of everything) {
    for (const [, uses = ""] of text.matchAll(/uses: (.+)/g)) {
      if (uses.startsWith("./")) continue;
      const [, action = "", pin = ""] = /^([\w-]+\/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(uses) ?? [];
      expect([name, uses, action]).toEqual([name, uses, expect.stringMatching(/./)]);
      pins.set(action, (pins.get(action) ?? new Set()).add(pin));
    }
  }
  expect([...pins.keys()].sort()).toEqual([
    "actions/checkout",
    "actions/download-artifact",
    "actions/github-script",
    "actions/setup-node",
    "actions/upload-artifact",
    "aws-actions/configure-aws-credentials",
    "pulumi/actions",
  ]);
  expect([...pins].filter(([, versions]) => versions.size !== 1)).toEqual([]);
});

test("nothing is permitted to a workflow as a whole", () => {
  expect(files.map((file) => workflow(file).permissions)).toEqual(files.map(() => ({})));
});

test("each job is permitted no more than this", () => {
  const beyondReading = jobs.flatMap(([name, { permissions = {} }]) => {
    const { contents, ...rest } = permissions;
    // One job checks nothing out.
    expect([name, contents]).toEqual([name, name === "preview.yml previewed" ? undefined : "read"]);
    return Object.keys(rest).length === 0 ? [] : [[name, rest]];
  });
  expect(Object.fromEntries(beyondReading)).toEqual({
    "deploy.yml first": { "id-token": "write" },
    "deploy.yml later": { "id-token": "write" },
    "drift.yml drift": { "id-token": "write" },
    "drift.yml report": { issues: "write" },
    "preview.yml preview": { "id-token": "write" },
    "preview.yml comment": { "pull-requests": "write" },
  });
});

test("no job runs without a limit of time", () => {
  expect(jobs.filter(([, job]) => !((job["timeout-minutes"] ?? 0) > 0)).map(([name]) => name)).toEqual([]);
});

test("no checkout leaves its token behind", () => {
  const checkouts = steps.filter(([, { uses = "" }]) => uses.startsWith("actions/checkout@"));
  // All jobs but the one that only tells.
  expect(checkouts.length).toBe(jobs.length - 1);
  expect(checkouts.filter(([, step]) => step.with?.["persist-credentials"] !== false)).toEqual([]);
});

test("no expression stands in a script, so that no text of others is ever run", () => {
  const scriptsWithExpressions = steps.filter(
    ([, step]) => step.run?.includes("${{") || String(step.with?.script ?? "").includes("${{"),
  );
  expect(scriptsWithExpressions).toEqual([]);
});

test("a job whose token may write anything but an identity runs nothing from npm", () => {
  for (const name of ["preview.yml comment", "drift.yml report"]) {
    const job = jobs.find(([other]) => other === name)?.[1];
    expect(job?.steps.map(({ uses = "" }) => uses.split("@")[0])).toEqual([
      "actions/checkout",
      "actions/download-artifact",
      "actions/github-script",
    ]);
  }
  expect(
    readFileSync(join(__dirname, "..", "..", "..", "tools", "ci", "publish.js"), "utf8").match(
      /require\(.+?\)/g,
    ),
  ).toEqual(['require("node:fs")', 'require("node:path")']);
});

test("the script that comments is the base's, not the pull request's", () => {
  const [checkout] = workflow("preview.yml").jobs.comment?.steps ?? [];
  expect(checkout?.with?.ref).toBe("${{ github.event.pull_request.base.sha }}");
});

test("a fork's pull request gets the check and nothing else, and the check has no secret, variable or role", () => {
  expect(Object.keys(workflow("check.yml").on)).toEqual(["pull_request", "merge_group"]);
  expect(texts["check.yml"]).not.toMatch(/secrets\.|vars\.|id-token|: write/);
  const forked = files.filter((file) =>
    Object.keys(workflow(file).on).some((event) => event.startsWith("pull_request")),
  );
  expect(forked).toEqual(["check.yml", "preview.yml"]);
  const { jobs: previewJobs } = workflow("preview.yml");
  expect(previewJobs.stacks?.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
  // Every other job needs that one, directly or not.
  expect([previewJobs.preview?.needs, previewJobs.comment?.needs]).toEqual(["stacks", "preview"]);
});

test("a job always reports on the previews, also of a fork's branch and in a merge queue, so that it can be required", () => {
  expect(Object.keys(workflow("preview.yml").on)).toEqual(["pull_request", "merge_group"]);
  const { previewed } = workflow("preview.yml").jobs;
  expect([previewed?.if, previewed?.needs]).toEqual(["${{ always() }}", ["stacks", "preview"]]);
  const script = String((previewed?.steps[0] as { run?: string } | undefined)?.run);
  const verdict = (stacks: string, previews: string) =>
    spawnSync("bash", ["-e", "-c", script], { env: { STACKS: stacks, PREVIEWS: previews } }).status;
  expect([verdict("success", "success"), verdict("skipped", "skipped")]).toEqual([0, 0]);
  for (const [stacks, previews] of [
    ["failure", "skipped"],
    ["success", "failure"],
    ["success", "cancelled"],
    ["success", "skipped"],
    ["cancelled", "skipped"],
  ] as const) {
    expect([stacks, previews, verdict(stacks, previews)]).toEqual([stacks, previews, 1]);
  }
});

test("nothing is triggered by an event that gives a fork's code a secret", () => {
  for (const [name, text] of everything) {
    expect([name, text.match(/pull_request_target|workflow_run|issue_comment/)]).toEqual([name, null]);
  }
});

test("stacks are deployed one after the other, each held by the environment of its name", () => {
  const { first, later } = workflow("deploy.yml").jobs;
  expect(workflow("deploy.yml").on).toEqual({ push: { branches: ["main"] } });
  expect([first?.environment, later?.environment]).toEqual([
    "${{ fromJSON(needs.stacks.outputs.first).name }}",
    "${{ matrix.stack.name }}",
  ]);
  expect(later?.needs).toEqual(["stacks", "first"]);
  expect(later?.strategy?.["max-parallel"]).toBe(1);
});

test("a job with a secret or a role runs in an environment, that of previews apart from that of deploys", () => {
  const holders = jobs.filter(([, job]) => /secrets\.|vars\.AWS/.test(JSON.stringify(job)));
  expect(Object.fromEntries(holders.map(([name, { environment }]) => [name, environment]))).toEqual({
    "deploy.yml first": "${{ fromJSON(needs.stacks.outputs.first).name }}",
    "deploy.yml later": "${{ matrix.stack.name }}",
    "drift.yml drift": "${{ matrix.stack.name }}-preview",
    "preview.yml preview": "${{ matrix.stack.name }}-preview",
  });
});

test("the two jobs that deploy differ in nothing but where the stack's name comes from", () => {
  const { first, later } = workflow("deploy.yml").jobs;
  const text = JSON.stringify(first?.steps).replaceAll(
    "fromJSON(needs.stacks.outputs.first)",
    "matrix.stack",
  );
  expect(JSON.parse(text)).toEqual(later?.steps);
});

test("every deploy, preview and check for drift has the policy pack in front", () => {
  const deploys = steps.filter(([, { run = "" }]) => run.includes("pulumi up"));
  expect(deploys.map(([name]) => name)).toEqual(["deploy.yml first", "deploy.yml later"]);
  expect(deploys.filter(([, { run = "" }]) => !run.includes("--policy-pack policy-pack"))).toEqual([]);
});

test("the CLI is no older than the SDK, nor than the product needs", () => {
  const [, action = ""] = actions.find(([name]) => name === "set-up") ?? [];
  const [, release = ""] = /pulumi-version: 3\.(\d+)\.\d+\n/.exec(action) ?? [];
  const [, sdk = ""] = /^3\.(\d+)\./.exec(dependencies["@pulumi/pulumi"]) ?? [];
  expect(Number(release)).toBeGreaterThanOrEqual(Math.max(Number(sdk), 259));
});

test("a job that checks out a folder alone runs what lies in it", () => {
  const sparse = jobs.flatMap(([, { steps: all }]) => {
    const folder = all.map((step) => step.with?.["sparse-checkout"]).find((path) => path !== undefined);
    return folder === undefined ? [] : [{ folder, script: String(all.at(-1)?.with?.script) }];
  });
  expect(sparse).toHaveLength(2);
  for (const { folder, script } of sparse) expect(script).toContain(`require("./${folder}/publish.js")`);
});

test("what the workflows call is there", () => {
  const called = steps.flatMap(([, { run = "" }]) =>
    [...run.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name),
  );
  expect([...new Set(called)].sort()).toEqual(["check", "policy", "rehearse"]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["check", "policy", "rehearse"]));
  const files = steps.flatMap(([, { run = "" }]) =>
    [...run.matchAll(/ci\/([\w-]+\.ts)/g)].map(([, file]) => file),
  );
  expect(readdirSync(join(__dirname, "..", "..", "..", "tools", "ci"))).toEqual(
    expect.arrayContaining([...new Set(files)]),
  );
  expect(dependencies).toHaveProperty("sucrase");
});
