import type * as sdk from "@aws-sdk/client-kms";
import { regionalArn } from "../../../../lib/aws/arns";
import type { Call } from "../../../wire/service";
import { checkNotPending, kmsPage } from "../checks";
import { alreadyExists, invalidAliasName, validationException } from "../errors";
import type { KmsStore } from "../store";

/** Gives a key a name. */
export function createAlias(kms: KmsStore, request: sdk.CreateAliasRequest, call: Call): void {
  const { AliasName: name = "" } = request;
  if (!/^alias\/.+$/.test(name)) throw validationException("Alias must start with the prefix alias/");
  if (name.startsWith("alias/aws/")) throw invalidAliasName("The prefix alias/aws/ is reserved.");
  const key = kms.key(request.TargetKeyId);
  checkNotPending(key);
  const arn = regionalArn(kms.env, "kms", name);
  if (kms.aliases.has(name)) throw alreadyExists(`An alias with the name ${arn} already exists`);
  const { date } = call;
  kms.aliases.set(name, { name, arn, targetKeyId: key.id, creationDate: date, lastUpdatedDate: date });
}

/** Has a name mean another key. */
export function updateAlias(kms: KmsStore, request: sdk.UpdateAliasRequest, call: Call): void {
  const alias = kms.alias(request.AliasName ?? "");
  const key = kms.key(request.TargetKeyId);
  checkNotPending(key);
  alias.targetKeyId = key.id;
  alias.lastUpdatedDate = call.date;
}

/** Takes a name away; the key stays. */
export function deleteAlias(kms: KmsStore, request: sdk.DeleteAliasRequest): void {
  kms.aliases.delete(kms.alias(request.AliasName ?? "").name);
}

/** Lists the aliases, of one key or of all. */
export function listAliases(kms: KmsStore, request: sdk.ListAliasesRequest) {
  const wanted = request.KeyId === undefined ? undefined : kms.key(request.KeyId).id;
  const aliases = [...kms.aliases.values()]
    .filter(({ targetKeyId }) => wanted === undefined || targetKeyId === wanted)
    .map(
      (alias) =>
        ({
          AliasName: alias.name,
          AliasArn: alias.arn,
          TargetKeyId: alias.targetKeyId,
          CreationDate: alias.creationDate,
          LastUpdatedDate: alias.lastUpdatedDate,
        }) satisfies sdk.AliasListEntry,
    );
  const { items, rest } = kmsPage(aliases, request, 50);
  return { Aliases: items, ...rest } satisfies sdk.ListAliasesResponse;
}
