// Plain JavaScript without a dependency: it runs in jobs whose token may write, and nothing from npm does there.
const { existsSync, readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

/**
 * What actions/github-script hands to a script, as far as it is used here.
 *
 * @typedef {object} Surroundings
 * @property {any} github client of GitHub's API.
 * @property {{repo: {owner: string, repo: string}, issue: {number: number}}} context what the workflow runs for.
 */

/** Only what a workflow wrote is updated: anybody may write a comment that starts with a marker. */
const AUTHOR = "github-actions[bot]";

/** @returns the one of `items` that an earlier run published for the same stack. */
const known = (items, { marker }) =>
  items.find((item) => item.user?.login === AUTHOR && item.body?.startsWith(marker));

/**
 * The reports that the previewing jobs left, in the order of their stacks' names.
 *
 * A pull request's own code wrote them, so what they may touch is decided here: the one comment or issue whose
 * marker is made of the file's name.
 *
 * @param {string} kind `preview` or `drift`.
 * @param {string} folder holds one JSON file a stack, or is missing when no job came that far.
 * @returns {{marker: string, verdict: string, title: string, body: string}[]}
 * @throws Error for a report that is not of that kind and stack.
 */
function readReports(kind, folder) {
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return files.map((file) => {
    const { verdict, title, body } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const stack = /^([\w.-]+)\.json$/.exec(file)?.[1];
    const marker = `<!-- iot-quarantine ${kind} ${stack} -->`;
    if (stack === undefined || typeof body !== "string" || !body.startsWith(marker)) {
      throw new Error(`${file} is no report of the kind ${kind} about the stack that it is named after.`);
    }
    return { marker, verdict, title: String(title), body };
  });
}

/**
 * Puts one comment for each stack on the pull request: the first time a new one, then the same one again.
 *
 * @param {Surroundings} surroundings
 * @param {string} folder see {@link readReports}.
 */
async function publishComments({ github, context }, folder) {
  const { issues } = github.rest;
  const where = { ...context.repo, issue_number: context.issue.number };
  const comments = await github.paginate(issues.listComments, { ...where, per_page: 100 });
  for (const report of readReports("preview", folder)) {
    const earlier = known(comments, report);
    const { body } = report;
    if (earlier) await issues.updateComment({ ...context.repo, comment_id: earlier.id, body });
    else await issues.createComment({ ...where, body });
  }
}

/**
 * Keeps one open issue for each stack that has drifted or is refused by a policy, and closes it when all is well.
 * A check that could not run says nothing of the stack and changes no issue.
 *
 * @param {Surroundings} surroundings
 * @param {string} folder see {@link readReports}.
 */
async function publishIssues({ github, context }, folder) {
  const { issues } = github.rest;
  const filter = { ...context.repo, state: "open", creator: AUTHOR, per_page: 100 };
  const open = await github.paginate(issues.listForRepo, filter);
  for (const report of readReports("drift", folder)) {
    const { verdict, title, body } = report;
    const earlier = known(open, report);
    const which = { ...context.repo, issue_number: earlier?.number };
    if (verdict === "drifted" || verdict === "refused") {
      await (earlier
        ? issues.update({ ...which, title, body })
        : issues.create({ ...context.repo, title, body }));
    } else if (verdict === "passed" && earlier) {
      await issues.update({ ...which, body, state: "closed", state_reason: "completed" });
    }
  }
}

module.exports = { publishComments, publishIssues };
