import * as sdk from "@aws-sdk/client-sts";
import { AwsError } from "../../wire/aws-error";
import { bindActions } from "../../wire/bind-actions";
import type { Service } from "../../wire/service";
import type { IamAuthorizer } from "../iam/iam-authorizer";
import * as sessions from "./actions/sessions";

/** AWS Security Token Service: who am I, and being a role. */
export function stsService(iam: IamAuthorizer): Service {
  return {
    name: "sts",
    protocol: "query",
    version: "2011-06-15",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    sdk,
    actions: bindActions(iam, sessions),
    invalid: (message) => new AwsError("ValidationError", 400, message),
  };
}
