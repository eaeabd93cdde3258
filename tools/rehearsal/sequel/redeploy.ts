import { createHash } from "node:crypto";
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import type { asset } from "@pulumi/pulumi";
import { functionArchive } from "../../../infra/callback-code";
import type { Response, ResponseTable } from "../../../lib/responses/response-table";
import { zipFiles } from "../../../pulumi-host/resources/archive";
import type { Stage } from "../stage";
import { must } from "../step";
import type { Sequel } from "./sequel";

/** Zips by the table that they hold, and by code: each takes a good part of a second. */
const zips = new WeakMap<ResponseTable, Map<string, Promise<Uint8Array>>>();

/** The zip that an `up` would upload for a function. */
export function zipOf(code: string, responses: ResponseTable): Promise<Uint8Array> {
  const ofTable = zips.get(responses) ?? new Map<string, Promise<Uint8Array>>();
  zips.set(responses, ofTable);
  const zip = ofTable.get(code) ?? makeZip(code, responses);
  ofTable.set(code, zip);
  return zip;
}

async function makeZip(code: string, responses: ResponseTable): Promise<Uint8Array> {
  const assets = Object.entries(await functionArchive(code, responses).assets);
  const files = assets.map(async ([path, text]) => {
    const content = await (text as asset.StringAsset).text;
    return [path, new TextEncoder().encode(content)] as const;
  });
  return zipFiles(Object.fromEntries(await Promise.all(files)));
}

const functionsOf = (stage: Stage, { code, outputs }: Sequel) => [
  { name: stage.outputs.callbackLogGroupName.replace("/aws/lambda/", ""), code: code.callback },
  { name: outputs.reconcileFunctionName, code: code.reconcile },
];

/**
 * Does all that an `up` does where only the table of responses is another: both functions get their archive anew. (A run of
 * the program would take as long as the rest of the rehearsal.)
 */
export async function redeploy(stage: Stage, sequel: Sequel, responses: ResponseTable): Promise<void> {
  for (const { name: FunctionName, code } of functionsOf(stage, sequel)) {
    const ZipFile = await zipOf(code, responses);
    await stage.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  }
}

/** Whether a function has the archive that is given, and no other. @throws ResourceNotFoundException - there is none. */
export async function hasCode(
  lambda: LambdaClient,
  FunctionName: string,
  archive: Uint8Array,
): Promise<boolean> {
  const { CodeSha256 } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return CodeSha256 === createHash("sha256").update(archive).digest("base64");
}

/** Throws where a function has not the archive that the program makes of the stack's config. */
export async function asDeployed(stage: Stage, sequel: Sequel): Promise<void> {
  for (const { name, code } of functionsOf(stage, sequel)) {
    must(
      await hasCode(stage.lambda, name, await zipOf(code, sequel.responses)),
      `${name} has not the code that the program makes of the stack`,
    );
  }
}

/** The table with one response for all behaviors. */
export const responding = (responses: ResponseTable, response: Response): ResponseTable => ({
  ...responses,
  profiles: Object.fromEntries(
    Object.entries(responses.profiles).map(([profile, behaviors]) => [
      profile,
      Object.fromEntries(Object.keys(behaviors).map((behavior) => [behavior, response])),
    ]),
  ),
});
