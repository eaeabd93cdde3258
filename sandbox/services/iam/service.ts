import * as sdk from "@aws-sdk/client-iam";
import { bindActions } from "../../wire/bind-actions";
import { constrained } from "../../wire/constraints";
import type { Service } from "../../wire/service";
import * as managedPolicies from "./actions/managed-policies";
import * as boundaries from "./actions/permissions-boundary";
import * as policyVersions from "./actions/policy-versions";
import * as rolePolicies from "./actions/role-policies";
import * as roles from "./actions/roles";
import * as simulation from "./actions/simulation";
import * as tags from "./actions/tags";
import { IAM_CONSTRAINTS } from "./checks";
import { validationError } from "./errors";
import type { IamStore } from "./store";

/** AWS Identity and Access Management: roles, their policies, managed policies. */
export function iamService(store: IamStore): Service {
  const actions = bindActions(
    store,
    boundaries,
    managedPolicies,
    policyVersions,
    rolePolicies,
    roles,
    simulation,
    tags,
  );
  return {
    name: "iam",
    protocol: "query",
    version: "2010-05-08",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    sdk,
    actions: constrained(actions, IAM_CONSTRAINTS, validationError),
    invalid: validationError,
  };
}
