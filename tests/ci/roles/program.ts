import { join } from "node:path";
import type { RoleSubject } from "../../../ci/roles/documents";
import { deploy } from "../../../sandbox/deploy/deploy";
import { readStackFiles } from "../../../sandbox/deploy/stack-files";

/** The repository. */
export const ROOT = join(__dirname, "..", "..", "..");

/** The dev stack as the program registers it, previewed, so that what AWS computes is unknown. */
export async function devStack(): Promise<RoleSubject> {
  const files = readStackFiles(ROOT, "dev");
  const { resources } = await deploy({
    files,
    account: "123456789012",
    region: "us-east-1",
    iotDataEndpoint: "a1-ats.iot.us-east-1.amazonaws.com",
    log: () => undefined,
  });
  return {
    scope: { partition: "aws", region: "us-east-1", accountId: "123456789012" },
    project: files.project,
    stack: "dev",
    resources,
  };
}
