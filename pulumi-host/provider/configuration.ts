import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Clients, makeClients, signingKeys } from "../resources/clients";
import type { Properties } from "../resources/property-values";

/** A package whose provider this stands in for. */
export type PackageName = "aws" | "aws-native";

/** Where a provider acts, and as whom. */
export interface Session {
  readonly account: string;
  readonly region: string;
  readonly clients: Clients;
}

/** What surrounds a provider's process. */
export interface Surroundings {
  /** Base URL of the sandbox, on loopback. */
  readonly endpoint: string;
  /** Environment variables: region and access key, as the real providers read them. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Properties of a provider that the stand-in honours. There is nothing to skip in the sandbox, but the SDK's
 * `Provider` of `aws-native` sets all of its `skip...` by default; the version is the engine's own.
 */
const HONOURED: readonly string[] = [
  ...["region", "accessKey", "secretKey", "token", "allowedAccountIds", "forbiddenAccountIds", "version"],
  ...["skipCredentialsValidation", "skipGetEc2Platforms", "skipMetadataApiCheck", "skipRegionValidation"],
  "skipRequestingAccountId",
];

/** Properties of a provider that the stand-in does not know, such as a profile or a role to assume. */
export const unknownConfiguration = (config: Properties): string[] =>
  Object.keys(config).filter((name) => !name.startsWith("__") && !HONOURED.includes(name));

const asText = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

/** A list of accounts; values of providers that are no text arrive as JSON. */
function accountsOf(value: unknown): readonly string[] {
  const parsed: unknown = typeof value === "string" && value !== "" ? JSON.parse(value) : value;
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

async function accountAt(sts: STSClient, endpoint: string): Promise<string> {
  try {
    const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
    return Account;
  } catch (cause) {
    throw new Error(
      `No sandbox answers at ${endpoint}: ${(cause as Error).message}. Start it with \`npm run sandbox\`.`,
      { cause },
    );
  } finally {
    sts.destroy();
  }
}

/**
 * Opens a provider's session: asks the sandbox which account the credentials are of, and refuses one that the
 * configuration does not allow.
 *
 * @throws Error - no region, no sandbox, or another account.
 */
export async function openSession(
  packageName: PackageName,
  config: Properties,
  { endpoint, env }: Surroundings,
): Promise<Session> {
  const region = asText(config.region) ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region === undefined) {
    throw new Error(
      `The provider ${packageName} has no region: set it with \`pulumi config set aws:region <region>\`.`,
    );
  }
  const keys = signingKeys(env);
  const credentials = {
    accessKeyId: asText(config.accessKey) ?? keys.AWS_ACCESS_KEY_ID,
    secretAccessKey: asText(config.secretKey) ?? keys.AWS_SECRET_ACCESS_KEY,
  };
  const account = await accountAt(new STSClient({ endpoint, region, credentials, maxAttempts: 1 }), endpoint);
  const allowed = accountsOf(config.allowedAccountIds);
  if (
    (allowed.length > 0 && !allowed.includes(account)) ||
    accountsOf(config.forbiddenAccountIds).includes(account)
  ) {
    throw new Error(
      `The credentials of the provider ${packageName} are of account ${account}, which it must not act in` +
        `${allowed.length > 0 ? ` (allowed: ${allowed.join(", ")})` : ""}.`,
    );
  }
  return { account, region, clients: makeClients(endpoint, region, credentials) };
}
