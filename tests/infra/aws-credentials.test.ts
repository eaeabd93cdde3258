import * as pulumi from "@pulumi/pulumi";
import { nativeProviderArgs, readAwsCredentials } from "../../infra/aws-credentials";
import { SCOPE } from "./recorder";

/** Why the config is refused. */
function refusal(): string {
  try {
    readAwsCredentials();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const roleArn = "arn:aws:iam::123456789012:role/deploy";

test("the provider acts in the region and in no other account, which it checks", () => {
  expect(nativeProviderArgs(SCOPE, {})).toEqual({
    region: "us-east-1",
    allowedAccountIds: ["123456789012"],
    skipCredentialsValidation: false,
  });
});

test("a named profile and an assumed role are mirrored", () => {
  const role = { roleArn, externalId: "x", sessionName: "s", policyArns: ["arn:p"], tags: { a: "b" } };
  expect(
    nativeProviderArgs(SCOPE, { profile: "prod", assumeRoles: [{ ...role, duration: "1h30m" }] }),
  ).toMatchObject({ profile: "prod", assumeRole: { ...role, durationSeconds: 5400 } });
  expect(nativeProviderArgs(SCOPE, { assumeRoles: [role] }).assumeRole).toEqual(role);
});

test.each([
  ["15m", 900],
  ["90s", 90],
  ["2h", 7200],
])("the duration %s is %d seconds", (duration, seconds) => {
  expect(nativeProviderArgs(SCOPE, { assumeRoles: [{ roleArn, duration }] }).assumeRole).toEqual({
    roleArn,
    durationSeconds: seconds,
  });
});

test.each<[string, Parameters<typeof nativeProviderArgs>[1], RegExp]>([
  ["a chain of roles", { assumeRoles: [{ roleArn }, { roleArn }] }, /Set `aws:assumeRoles` to one role/],
  ["a source identity", { assumeRoles: [{ roleArn, sourceIdentity: "me" }] }, /without `sourceIdentity`/],
  ["a duration of another form", { assumeRoles: [{ roleArn, duration: "1.5h" }] }, /it is "1\.5h"/],
  ["an empty duration", { assumeRoles: [{ roleArn, duration: "" }] }, /it is ""/],
])("%s, which aws-native cannot mirror, is refused", (_title, credentials, message) => {
  expect(() => nativeProviderArgs(SCOPE, credentials)).toThrow(message);
});

test("the credentials are those of the `aws` provider's config", () => {
  pulumi.runtime.setAllConfig({
    "aws:profile": "prod",
    "aws:assumeRoles": JSON.stringify([{ roleArn }]),
  });
  expect(readAwsCredentials()).toEqual({ profile: "prod", assumeRoles: [{ roleArn }] });
  pulumi.runtime.setAllConfig({});
  expect(readAwsCredentials()).toEqual({});
});

test.each([
  ["with a token", { token: "t" }, { sessionToken: "t" }],
  ["without one", {}, {}],
])(
  "keys of the config are for hooks, %s; the aws-native provider is not given them",
  (_how, more, session) => {
    const config = { accessKey: "a", secretKey: "s", ...more };
    pulumi.runtime.setAllConfig(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [`aws:${key}`, value])),
    );
    const credentials = readAwsCredentials();
    expect(credentials).toEqual({ keys: { accessKeyId: "a", secretAccessKey: "s", ...session } });
    expect(Object.keys(nativeProviderArgs(SCOPE, credentials)).sort()).toEqual([
      "allowedAccountIds",
      "region",
      "skipCredentialsValidation",
    ]);
    pulumi.runtime.setAllConfig({});
  },
);

test("default and ignored tags, retries and trust are those of the aws provider", () => {
  const settings = {
    defaultTags: { tags: { team: "iot" } },
    ignoreTags: { keys: ["cost"] },
    insecure: true,
    maxRetries: 3,
  };
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(settings).map(([key, value]) => [`aws:${key}`, JSON.stringify(value)])),
  );
  const credentials = readAwsCredentials();
  expect(credentials).toEqual({ settings });
  expect(nativeProviderArgs(SCOPE, credentials)).toMatchObject(settings);
  pulumi.runtime.setAllConfig({});
});

test("each setting that aws-native cannot be told is refused, with the variable that says it to both", () => {
  pulumi.runtime.setAllConfig({
    "aws:assumeRoleWithWebIdentity": JSON.stringify({ roleArn }),
    "aws:customCaBundle": "ca.pem",
    "aws:ec2MetadataServiceEndpoint": "http://[fd00:ec2::254]",
    "aws:ec2MetadataServiceEndpointMode": "IPv6",
    "aws:endpoints": JSON.stringify([{ iot: "https://iot.example" }]),
    "aws:httpProxy": "http://proxy",
    "aws:httpsProxy": "http://proxy",
    "aws:noProxy": "localhost",
    "aws:sharedConfigFiles": JSON.stringify(["config"]),
    "aws:sharedCredentialsFiles": JSON.stringify(["credentials"]),
    "aws:useDualstackEndpoint": "true",
    "aws:useFipsEndpoint": "true",
  });
  expect(refusal().split("\n")).toEqual([
    expect.stringMatching(
      /^Set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE .* `aws:assumeRoleWithWebIdentity`: /,
    ),
    expect.stringMatching(/^Set AWS_CA_BUNDLE .* `aws:customCaBundle`: /),
    expect.stringMatching(/^Set AWS_EC2_METADATA_SERVICE_ENDPOINT .* `aws:ec2MetadataServiceEndpoint`: /),
    expect.stringMatching(
      /^Set AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE .* `aws:ec2MetadataServiceEndpointMode`: /,
    ),
    expect.stringMatching(/^Set AWS_ENDPOINT_URL_IOT, .* `aws:endpoints`: /),
    expect.stringMatching(/^Set HTTP_PROXY .* `aws:httpProxy`: /),
    expect.stringMatching(/^Set HTTPS_PROXY .* `aws:httpsProxy`: /),
    expect.stringMatching(/^Set NO_PROXY .* `aws:noProxy`: /),
    expect.stringMatching(/^Set AWS_CONFIG_FILE .* `aws:sharedConfigFiles`: /),
    expect.stringMatching(/^Set AWS_SHARED_CREDENTIALS_FILE .* `aws:sharedCredentialsFiles`: /),
    expect.stringMatching(/^Set AWS_USE_DUALSTACK_ENDPOINT .* `aws:useDualstackEndpoint`: /),
    expect.stringMatching(/^Set AWS_USE_FIPS_ENDPOINT .* `aws:useFipsEndpoint`: /),
  ]);
  pulumi.runtime.setAllConfig({});
});

test("settings that are off, or say nothing of where and as whom, are left alone", () => {
  pulumi.runtime.setAllConfig({
    "aws:useFipsEndpoint": "false",
    "aws:endpoints": "[]",
    "aws:retryMode": "adaptive",
    "aws:allowedAccountIds": '["123456789012"]',
    "aws:skipRegionValidation": "true",
  });
  expect(readAwsCredentials()).toEqual({});
  pulumi.runtime.setAllConfig({});
});
