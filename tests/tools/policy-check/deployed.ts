import type { DeployedResource } from "../../../pulumi-host/program/deployment";

/** A topic as a run of a program leaves it. */
export const resourceOf = (resource: Partial<DeployedResource>): DeployedResource => ({
  type: "aws:sns/topic:Topic",
  name: "alerts",
  urn: `urn:pulumi:dev::p::aws:sns/topic:Topic::${resource.name ?? "alerts"}`,
  parent: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev",
  custom: true,
  inputs: {},
  outputs: {},
  provider: "",
  version: "7.48.0",
  dependencies: [],
  propertyDependencies: {},
  protect: false,
  options: {
    ignoreChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    customTimeouts: { create: 0, update: 0, delete: 0 },
  },
  ...resource,
});
