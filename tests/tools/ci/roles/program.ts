import { readStackFiles } from "../../../../pulumi-host/program/stack-files";
import type { RoleSubject } from "../../../../tools/ci/roles/subject";
import { devRegistrations } from "../../../support/dev-registrations";
import { ROOT } from "../../../support/run-command";

/** The dev stack as the program registers it, previewed, so that what AWS computes is unknown. */
export async function devStack(): Promise<RoleSubject> {
  return {
    scope: { partition: "aws", region: "us-east-1", account: "123456789012" },
    project: readStackFiles(ROOT, "dev").project,
    stack: "dev",
    resources: await devRegistrations(),
  };
}
