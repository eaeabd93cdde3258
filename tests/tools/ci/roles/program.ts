import { join } from "node:path";
import { deploy } from "../../../../pulumi-host/program/deploy";
import { readStackFiles } from "../../../../pulumi-host/program/stack-files";
import type { RoleSubject } from "../../../../tools/ci/roles/documents";

/** The repository. */
export const ROOT = join(__dirname, "..", "..", "..", "..");

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
    scope: { partition: "aws", region: "us-east-1", account: "123456789012" },
    project: files.project,
    stack: "dev",
    resources,
  };
}
