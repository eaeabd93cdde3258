import { VirtualClock } from "../../../../sandbox/clock/virtual-clock";
import type { Environment } from "../../../../sandbox/environment";
import type { AccessRequest, Principal } from "../../../../sandbox/services/iam/authorizer";
import { IamAuthorizer } from "../../../../sandbox/services/iam/iam-authorizer";
import type { Role } from "../../../../sandbox/services/iam/store";
import { IamStore } from "../../../../sandbox/services/iam/store";

const ACCOUNT = "123456789012";
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/worker`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:q`;

let log: string[];
let env: Environment;
let iam: IamAuthorizer;

beforeEach(() => {
  log = [];
  env = {
    account: ACCOUNT,
    region: "us-east-1",
    partition: "aws",
    clock: new VirtualClock(0),
    endpoint: "http://127.0.0.1:0",
    log: (line) => log.push(line),
  };
  iam = new IamAuthorizer(new IamStore(env));
});

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

function addRole(given: Partial<Role> = {}): Role {
  const { name = "worker", path = "/" } = given;
  const role: Role = {
    name,
    path,
    id: "AROAEXAMPLE",
    arn: `arn:aws:iam::${ACCOUNT}:role${path}${name}`,
    createDate: env.clock.date(),
    trustPolicy: policy({
      Effect: "Allow",
      Principal: { Service: "iot.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
    maxSessionDuration: 3600,
    tags: new Map(),
    inlinePolicies: new Map(),
    attachedPolicies: new Set(),
    ...given,
  };
  iam.store.roles.set(name, role);
  return role;
}

const identityAllow = { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE };
const identityDeny = { ...identityAllow, Effect: "Deny" };
const roleAllow = { ...identityAllow, Principal: { AWS: ROLE_ARN } };
const accountAllow = { ...identityAllow, Principal: { AWS: ROOT } };
const resourceDeny = { ...identityDeny, Principal: "*" };

const ROLE: Principal = { kind: "role", arn: ROLE_ARN };
const PERSON: Principal = { kind: "account" };
const SERVICE: Principal = { kind: "service", name: "sns.amazonaws.com" };

const request = (principal: Principal, resourceStatements: readonly object[]): AccessRequest => ({
  principal,
  action: "sqs:SendMessage",
  resource: QUEUE,
  ...(resourceStatements.length > 0 && { resourcePolicy: policy(...resourceStatements) }),
});

describe("a decision", () => {
  it.each<[boolean, string, Principal, readonly object[], readonly object[]]>([
    [false, "a role without policies", ROLE, [], []],
    [true, "a role by its own policy", ROLE, [identityAllow], []],
    [true, "a role by the resource's policy", ROLE, [], [roleAllow]],
    [false, "a role by an Allow for its account alone", ROLE, [], [accountAllow]],
    [false, "a role against its own policy's Deny", ROLE, [identityAllow, identityDeny], [roleAllow]],
    [false, "a role against the resource's Deny", ROLE, [identityAllow], [roleAllow, resourceDeny]],
    [true, "a person", PERSON, [], []],
    [true, "a person of whom the resource's policy says nothing", PERSON, [], [roleAllow]],
    [false, "a person against the resource's Deny", PERSON, [], [accountAllow, resourceDeny]],
    [false, "a service without a policy", SERVICE, [], []],
    [
      true,
      "a service by the resource's policy",
      SERVICE,
      [],
      [{ ...roleAllow, Principal: { Service: SERVICE.name } }],
    ],
    [false, "a service by an Allow for the account", SERVICE, [], [accountAllow]],
  ])("is %p for %s", (allowed, _who, principal, ofRole, ofResource) => {
    addRole({ inlinePolicies: new Map(ofRole.map((statement, index) => [`p${index}`, policy(statement)])) });
    expect(iam.isAllowed(request(principal, ofResource))).toBe(allowed);
  });

  it.each<[boolean, string, Principal, readonly object[], readonly object[]]>([
    [false, "a role by its own policy alone", ROLE, [identityAllow], []],
    [true, "a role by an Allow for it", ROLE, [], [roleAllow]],
    [true, "a role by its own policy and an Allow for its account", ROLE, [identityAllow], [accountAllow]],
    [false, "a role by an Allow for its account alone", ROLE, [], [accountAllow]],
    [false, "a role against its own policy's Deny", ROLE, [identityDeny], [roleAllow]],
    [false, "a person without an Allow", PERSON, [], [roleAllow]],
    [true, "a person by an Allow for the account", PERSON, [], [accountAllow]],
  ])("is %p where the resource's policy governs, for %s", (allowed, _who, principal, ofRole, ofResource) => {
    addRole({ inlinePolicies: new Map(ofRole.map((statement, index) => [`p${index}`, policy(statement)])) });
    expect(iam.isAllowed({ ...request(principal, ofResource), resourcePolicyRule: "governs" })).toBe(allowed);
  });

  it("gives AWS's reason for a refusal", () => {
    addRole();
    const reason = (principal: Principal, ...statements: readonly object[]) =>
      iam.decide(request(principal, statements)).reason;
    expect(reason(ROLE)).toBe("because no identity-based policy allows the sqs:SendMessage action");
    expect(reason(SERVICE)).toBe("because no resource-based policy allows the sqs:SendMessage action");
    expect(reason(ROLE, resourceDeny)).toBe("with an explicit deny in a resource-based policy");
    addRole({ inlinePolicies: new Map([["p", policy(identityDeny)]]) });
    expect(reason(ROLE)).toBe("with an explicit deny in an identity-based policy");
    expect(reason(PERSON)).toBe("");
  });

  it("counts managed policies that are there, and grants nothing for those that are not", () => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/p`;
    addRole({ attachedPolicies: new Set(["arn:aws:iam::aws:policy/AmazonSQSFullAccess", arn]) });
    expect(iam.isAllowed(request(ROLE, []))).toBe(false);
    const createDate = env.clock.date();
    const version = { id: "v1", document: policy(identityAllow), createDate };
    iam.store.policies.set(arn, {
      name: "p",
      path: "/",
      id: "ANPA",
      arn,
      createDate,
      defaultVersion: version,
      versions: [version],
      versionsMade: 1,
      tags: new Map(),
    });
    expect(iam.isAllowed(request(ROLE, []))).toBe(true);
  });

  it("refuses a role that is not there, whatever a resource's policy says of it or of all", () => {
    expect(iam.isAllowed(request(ROLE, [roleAllow]))).toBe(false);
    expect(iam.isAllowed(request(ROLE, [{ ...roleAllow, Principal: "*" }]))).toBe(false);
  });

  it("knows a role under a path by its name", () => {
    const role = addRole({ path: "/iot/", inlinePolicies: new Map([["p", policy(identityAllow)]]) });
    expect(iam.isAllowed(request({ kind: "role", arn: role.arn }, []))).toBe(true);
    expect(iam.isAllowed(request(ROLE, []))).toBe(true);
    expect(iam.isAllowed(request(ROLE, [{ ...resourceDeny, Principal: { AWS: role.arn } }]))).toBe(false);
    const elsewhere = `arn:aws:iam::${ACCOUNT}:role/other/worker`;
    expect(iam.isAllowed(request({ kind: "role", arn: elsewhere }, []))).toBe(false);
  });

  it.each<[boolean, Principal, string, string]>([
    [true, ROLE, "aws:PrincipalArn", ROLE_ARN],
    [true, PERSON, "aws:PrincipalArn", ROOT],
    [true, ROLE, "aws:PrincipalAccount", ACCOUNT],
    [true, ROLE, "aws:PrincipalIsAWSService", "false"],
    [true, ROLE, "aws:PrincipalTag/team", "iot"],
    [true, ROLE, "aws:SecureTransport", "true"],
    [true, ROLE, "aws:RequestedRegion", "us-east-1"],
    [true, SERVICE, "aws:PrincipalIsAWSService", "true"],
    [true, SERVICE, "aws:PrincipalServiceName", "sns.amazonaws.com"],
    [false, SERVICE, "aws:PrincipalArn", "*"],
    [false, SERVICE, "aws:PrincipalAccount", "*"],
    [true, SERVICE, "AWS:SourceArn", "arn:aws:sns:us-east-1:123456789012:t"],
  ])("is %p for %j under a condition on %s", (allowed, principal, key, value) => {
    addRole({ tags: new Map([["team", "iot"]]) });
    const statement = { ...roleAllow, Principal: "*", Condition: { StringLike: { [key]: value } } };
    const governed = { ...request(principal, [statement]), resourcePolicyRule: "governs" as const };
    const context = { "aws:SourceArn": "arn:aws:sns:us-east-1:123456789012:t" };
    expect(iam.isAllowed({ ...governed, context })).toBe(allowed);
  });

  it.each([
    ["{half", "This policy contains invalid Json"],
    [policy({ ...roleAllow, Principal: "*", Resource: "q" }), 'Resource q must be in ARN format or "*".'],
  ])(
    "keeps all but the account out where the resource's policy is malformed: %s",
    (resourcePolicy, fault) => {
      const everything = policy({ Effect: "Allow", Action: "*", Resource: "*" });
      addRole({ inlinePolicies: new Map([["all", everything]]) });
      const [ofRole, ofAccount] = [ROLE, PERSON].map((principal) =>
        iam.isAllowed({ ...request(principal, []), resourcePolicy }),
      );
      expect([ofRole, ofAccount]).toEqual([false, true]);
      const line = `iam: the policy about ${QUEUE} is malformed and denies: ${fault}`;
      expect(log).toEqual([line, line]);
    },
  );

  it("says once that it does not know an operator", () => {
    const statement = {
      ...roleAllow,
      Principal: "*",
      Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
    };
    addRole();
    expect(iam.isAllowed(request(ROLE, [statement]))).toBe(false);
    expect(iam.isAllowed(request(PERSON, [{ ...statement, Effect: "Deny" }]))).toBe(false);
    expect(log).toEqual([expect.stringContaining("the condition operator IpAddress is not known here")]);
  });
});

describe("a service that takes on a role", () => {
  const profile = (name: string) => `arn:aws:iot:us-east-1:${ACCOUNT}:securityprofile/${name}`;
  const guarded = policy({
    Effect: "Allow",
    Principal: { Service: "iot.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": ACCOUNT },
      ArnEquals: { "aws:SourceArn": [profile("p")] },
    },
  });
  const context = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": profile("p") };

  it("becomes the role where the trust policy lets it", () => {
    addRole({ trustPolicy: guarded });
    expect(iam.assumeRole(ROLE_ARN, "iot.amazonaws.com", context)).toEqual(ROLE);
  });

  it.each<[string, string, string, Record<string, string>]>([
    ["another service", ROLE_ARN, "lambda.amazonaws.com", context],
    ["another source", ROLE_ARN, "iot.amazonaws.com", { ...context, "aws:SourceArn": profile("q") }],
    ["another account", ROLE_ARN, "iot.amazonaws.com", { ...context, "aws:SourceAccount": "210987654321" }],
    ["no source", ROLE_ARN, "iot.amazonaws.com", {}],
    ["no such role", `${ROLE_ARN}2`, "iot.amazonaws.com", context],
  ])("is refused: %s", (_why, roleArn, service, given) => {
    addRole({ trustPolicy: guarded });
    expect(() => iam.assumeRole(roleArn, service, given)).toThrow(
      expect.objectContaining({
        code: "AccessDenied",
        status: 403,
        message: `User: ${service} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      }),
    );
  });

  it("is refused by a Deny of the trust policy", () => {
    const trust = { Principal: { Service: "iot.amazonaws.com" }, Action: "sts:AssumeRole" };
    addRole({ trustPolicy: policy({ Effect: "Allow", ...trust }, { Effect: "Deny", ...trust }) });
    expect(() => iam.assumeRole(ROLE_ARN, "iot.amazonaws.com", {})).toThrow("not authorized");
  });
});

describe("credentials", () => {
  it("issued for a role stand for it, each for its own", () => {
    const one = iam.issue(ROLE_ARN);
    const other = iam.issue(`arn:aws:iam::${ACCOUNT}:role/path/other`);
    expect(one.accessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
    expect(one.secretAccessKey).toHaveLength(40);
    expect(one.sessionToken.length).toBeGreaterThan(60);
    expect(iam.callerOf(one.accessKeyId)).toEqual({ kind: "role", roleName: "worker" });
    expect(iam.callerOf(other.accessKeyId)).toEqual({ kind: "role", roleName: "other" });
  });

  it.each([undefined, "test", "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"])(
    "%p stands for a person",
    (key) => {
      expect(iam.callerOf(key)).toEqual({ kind: "user" });
    },
  );

  it("issued before a reset stand for nobody", () => {
    const { accessKeyId } = iam.issue(ROLE_ARN);
    expect(() => new IamAuthorizer(new IamStore(env)).callerOf(accessKeyId)).toThrow(
      expect.objectContaining({ code: "UnrecognizedClientException", status: 403 }),
    );
  });
});
