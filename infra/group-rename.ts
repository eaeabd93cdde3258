import * as pulumi from "@pulumi/pulumi";
import type { AwsScope } from "../lib/aws/arns";
import type { AwsCredentials } from "./aws-credentials";

/** Where the devices of a group are asked for, and with what credentials. */
export interface GroupRenameArgs {
  /** Partition, region and account that the `aws` provider acts in. */
  readonly scope: AwsScope;
  /** How the `aws` provider comes by its credentials. Only its named profile is followed. */
  readonly credentials: AwsCredentials;
}

/** What an update of the group's component says. */
export type GroupUpdate = Pick<pulumi.ResourceHookArgs, "oldInputs" | "newInputs">;

const listing = (group: string) => `aws iot list-things-in-thing-group --thing-group-name ${group}`;

/**
 * A hook that tells what another name of the quarantine group does: another name is another group, and the devices in
 * the former one are free as soon as that is deleted. Call it before the group's component is updated: neither the
 * group nor what uses it has changed then. A preview is told of the change alone, as whoever reads it need not know
 * the devices.
 *
 * There is no other place for it: no function of the provider lists a group's devices, and a hook on a deletion would
 * make every plain `pulumi destroy` fail.
 *
 * @param args see {@link GroupRenameArgs}.
 */
export function groupRenameHook(args: GroupRenameArgs): pulumi.ResourceHook {
  return new pulumi.ResourceHook("quarantine-group-rename", (update) => tellOfRename(update, args), {
    onDryRun: true,
  });
}

/**
 * Tells of an update of the group's component, if it is a change of name.
 *
 * @throws Error when the devices cannot be listed; the update then stops before the group changes.
 */
export async function tellOfRename(
  { oldInputs, newInputs }: GroupUpdate,
  args: GroupRenameArgs,
): Promise<void> {
  const [from, to]: unknown[] = [oldInputs?.groupName, newInputs?.groupName];
  // A component that was imported has no inputs yet.
  if (typeof from !== "string" || from === to) return;
  if (pulumi.runtime.isDryRun()) {
    const consequence = oldInputs?.protect
      ? 'It is protected, so Pulumi refuses; docs/operate.md, "Give the group another name", has the steps.'
      : `The update tells who they are; until then \`${listing(from)}\` does.`;
    await pulumi.log.warn(
      `The quarantine group ${from} becomes ${to}, which is another group: its devices will be free. ${consequence}`,
    );
    return;
  }
  const devices = await devicesIn(from, args).catch((error: Error) => {
    throw new Error(
      `The quarantine group ${from} stays, and whatever uses it: ${to} would free its devices, which could not be ` +
        `listed before. Run this with credentials of account ${args.scope.accountId} in the ` +
        `environment that \`${listing(from)}\` works with. ${error.name}: ${error.message}`,
    );
  });
  if (devices.length === 0) {
    await pulumi.log.info(`Nobody is in the quarantine group ${from}, which ${to} replaces.`);
    return;
  }
  await pulumi.log.warn(
    `${devices.length} in the quarantine group ${from}, which ${to} replaces: ${devices.join(", ")}. ` +
      "They will be free; hold each again that is not mended by " +
      `\`aws iot add-thing-to-thing-group --thing-group-name ${to} --thing-name NAME\`.`,
  );
}

/** The things in a group; none when it is gone. */
async function devicesIn(group: string, { scope, credentials }: GroupRenameArgs): Promise<string[]> {
  // Loaded here, as hardly any run needs them.
  const { IoTClient, paginateListThingsInThingGroup, ResourceNotFoundException } = await import(
    "@aws-sdk/client-iot"
  );
  const { profile } = credentials;
  const config = { region: scope.region, ...(profile === undefined ? {} : { profile }) };
  await checkAccount(config, scope.accountId);
  const client = new IoTClient(config);
  const devices: string[] = [];
  try {
    for await (const { things } of paginateListThingsInThingGroup({ client }, { thingGroupName: group })) {
      devices.push(...(things ?? []));
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  } finally {
    client.destroy();
  }
  return devices;
}

/** The provider may have credentials of another account than are known here, such as those of a role that it assumes. */
async function checkAccount(
  config: { readonly region: string; readonly profile?: string },
  account: string,
): Promise<void> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient(config);
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    if (Account !== account) throw new Error(`the credentials in the environment are of account ${Account}`);
  } finally {
    client.destroy();
  }
}
