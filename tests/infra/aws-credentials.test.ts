import * as pulumi from "@pulumi/pulumi";
import { nativeProviderArgs, readAwsCredentials } from "../../infra/aws-credentials";
import { SCOPE } from "./recorder";

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
