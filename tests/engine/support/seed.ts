import type { HandlerContext } from "../../../pulumi-host/resources/handler";
import { HANDLERS } from "../../../pulumi-host/resources/handlers/table";
import { create } from "../../../pulumi-host/resources/lifecycle";
import type { Properties } from "../../../pulumi-host/resources/property-values";

interface StateResource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
}

/** Texts of a resource that AWS gave it, in an order that pairs them with another's. */
const given = (id: string, outputs: Properties): string[] => [
  id,
  ...["arn", "keyId", "url", "uniqueId"].map((name) => String(outputs[name] ?? "")),
];

/**
 * Makes the resources of an exported state in a sandbox, and answers the state with the ids that they have there.
 *
 * @param text - A state, as `pulumi stack export` prints it.
 * @param endpoint - The sandbox, which is part of some ids.
 */
export async function seed(text: string, endpoint: string, context: HandlerContext): Promise<string> {
  let state = text.replaceAll(/127\.0\.0\.1:\d+/g, new URL(endpoint).host);
  const resourcesOf = () =>
    (JSON.parse(state) as { deployment: { resources: StateResource[] } }).deployment.resources;
  for (const index of resourcesOf().keys()) {
    // Read anew, as what was made before has given later ones their new ids.
    const { type = "", id = "", inputs = {}, outputs = {} } = resourcesOf()[index] ?? {};
    const handler = HANDLERS[type];
    if (!handler) continue;
    const made = await create(handler, inputs, context);
    const after = given(made.id, made.state);
    given(id, outputs).forEach((old, position) => {
      if (old !== "") state = state.replaceAll(old, after[position] ?? old);
    });
  }
  return state;
}
