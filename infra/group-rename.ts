import * as pulumi from "@pulumi/pulumi";
import { type HookAccess, openSession } from "./aws-session";

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
 */
export function groupRenameHook(access: HookAccess): pulumi.ResourceHook {
  return new pulumi.ResourceHook("quarantine-group-rename", (update) => tellOfRename(update, access), {
    onDryRun: true,
  });
}

/**
 * Tells of an update of the group's component, if it is a change of name.
 *
 * @throws Error when the devices cannot be listed; the update then stops before the group changes.
 */
export async function tellOfRename({ oldInputs, newInputs }: GroupUpdate, access: HookAccess): Promise<void> {
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
  const devices = await devicesIn(from, access).catch((error: Error) => {
    throw new Error(
      `The quarantine group ${from} stays, and whatever uses it: ${to} would free its devices, which could not be ` +
        `listed before. Run this with credentials of account ${access.scope.account} that ` +
        `\`${listing(from)}\` works with. ${error.name}: ${error.message}`,
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
async function devicesIn(group: string, access: HookAccess): Promise<string[]> {
  const session = await openSession(access);
  // Loaded here, as hardly any run needs it.
  const { IoTClient, paginateListThingsInThingGroup, ResourceNotFoundException } = await import(
    "@aws-sdk/client-iot"
  );
  const client = new IoTClient(session);
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
