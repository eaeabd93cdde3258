import type { DeployedResource } from "../../pulumi-host/program/deployment";
import { readStackFiles } from "../../pulumi-host/program/stack-files";
import { registeredResources } from "../../tools/policy-check/resources";
import { DEPLOYED, recording } from "./recording";
import { ROOT } from "./run-command";

/** What the program registers for the dev stack in a preview, for all test files that only read it. */
export function devRegistrations(): Promise<readonly DeployedResource[]> {
  return recording("dev-registrations", DEPLOYED, "", () =>
    registeredResources({
      files: readStackFiles(ROOT, "dev"),
      region: "us-east-1",
      up: false,
      log: () => undefined,
      signal: new AbortController().signal,
    }),
  );
}
