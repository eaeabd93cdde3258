import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Clients, makeClients, signingKeys } from "../resources/clients";
import type { Properties } from "../resources/property-values";

/** A package whose provider this stands in for. */
export type PackageName = "aws" | "aws-native";

/** Where a provider acts, and as whom. */
export interface Session {
  /** Account of the credentials; absent where the provider was told not to ask for it. */
  readonly account?: string;
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
 * Properties of a provider that the stand-in honours; the version is the engine's own. The SDK's `Provider` of
 * `aws-native` sets four of its `skip...` to true by default; but for that of the credentials' validation there is
 * nothing to skip in the sandbox, nor does the plugin act on them. It answers at once, without TLS.
 */
const HONOURED: readonly string[] = [
  ...["region", "accessKey", "secretKey", "token", "allowedAccountIds", "forbiddenAccountIds", "version"],
  ...["skipCredentialsValidation", "skipGetEc2Platforms", "skipMetadataApiCheck", "skipRegionValidation"],
  ...["skipRequestingAccountId", "insecure", "maxRetries"],
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
 * Whether the plugin of `aws-native` asks nobody whose credentials it has, and so allows any account: by its property,
 * which the SDK's `Provider` sets unless the program does, else by the environment.
 *
 * Source: pulumi/pulumi-aws-native, provider/pkg/provider/provider.go, `Configure`.
 */
function skipsValidation(packageName: PackageName, config: Properties, env: Surroundings["env"]): boolean {
  if (packageName !== "aws-native") return false;
  return String(config.skipCredentialsValidation ?? env.AWS_SKIP_CREDENTIALS_VALIDATION) === "true";
}

/** @throws Error when a provider must not act in an account; for `aws-native` in its plugin's words. */
function checkAccount(packageName: PackageName, config: Properties, account: string): void {
  const allowed = accountsOf(config.allowedAccountIds);
  const isForbidden = accountsOf(config.forbiddenAccountIds).includes(account);
  if (!isForbidden && (allowed.length === 0 || allowed.includes(account))) return;
  if (packageName === "aws-native") {
    throw new Error(`${isForbidden ? "forbidden account ID" : "account ID not allowed"} (${account})`);
  }
  throw new Error(
    `The credentials of the provider ${packageName} are of account ${account}, which it must not act in` +
      `${allowed.length > 0 ? ` (allowed: ${allowed.join(", ")})` : ""}.`,
  );
}

/**
 * Opens a provider's session: asks the sandbox which account the credentials are of, and refuses one that the
 * configuration does not allow; unless it is told to skip that.
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
  const clients = () => makeClients(endpoint, region, credentials);
  if (skipsValidation(packageName, config, env)) return { region, clients: clients() };
  const account = await accountAt(new STSClient({ endpoint, region, credentials, maxAttempts: 1 }), endpoint);
  checkAccount(packageName, config, account);
  return { account, region, clients: clients() };
}
