import { IoTClient } from "@aws-sdk/client-iot";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { makePorts } from "../../../lib/quarantine/ports";
import { type AwsStub, startAwsStub } from "./aws-stub";

let aws: AwsStub;
let ports: ReturnType<typeof makePorts>;
const LIMIT_MS = 60_000;

beforeAll(async () => {
  aws = await startAwsStub();
  const config = {
    endpoint: aws.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  ports = makePorts({
    iot: new IoTClient(config),
    iotData: new IoTDataPlaneClient(config),
    groupName: "Quarantine",
    policyName: "Fence",
    existingGroups: new Set(),
    callTimeoutMs: () => LIMIT_MS,
  });
});
afterEach(() => aws.reset());
afterAll(() => aws.close());

const notFound = (message: string) => ({ status: 404, type: "ResourceNotFoundException", message });

test("the group call adds the thing to the one group and removes it from none", async () => {
  await expect(ports.addToGroup("dev:1")).resolves.toEqual({ kind: "added" });
  expect(aws.requests.map(({ call }) => call)).toEqual(["PUT /thing-groups/addThingToThingGroup"]);
  // Ten groups of which some are dynamic are no way out.
  expect(JSON.parse(aws.requests[0]?.body ?? "")).toEqual({
    thingName: "dev:1",
    thingGroupName: "Quarantine",
    overrideDynamicGroups: true,
  });
});

test("the shadow call sets desired.quarantine and nothing else", async () => {
  await expect(ports.setShadow("dev:1")).resolves.toEqual({ kind: "set" });
  expect(aws.requests).toMatchObject([
    { call: "POST /things/dev%3A1/shadow", body: '{"state":{"desired":{"quarantine":true}}}' },
  ]);
});

test("the session call cleans the session and keeps the last will unpublished", async () => {
  await expect(ports.cutSession("dev:1")).resolves.toBe("cut");
  expect(aws.requests).toMatchObject([
    { call: "DELETE /connections/dev%3A1?cleanSession=true&preventWillMessage=true", body: "" },
  ]);
});

test("a client that is not connected is no error", async () => {
  aws.answer = () => notFound("no connection");
  await expect(ports.cutSession("dev-1")).resolves.toBe("no-session");
});

test("AWS's no for good is an answer with its words", async () => {
  aws.answer = () => ({ status: 400, type: "InvalidRequestException", message: "too many groups" });
  await expect(ports.addToGroup("dev-1")).resolves.toEqual({
    kind: "refused",
    why: "AWS refuses the group: too many groups",
  });
});

test.each([
  "The specified resource does not exist",
  "",
  "Thing dev-1 does not exist",
  "Thing group Quarantine cannot be found.",
])("who is missing is not read out of AWS's words: %j", async (message) => {
  aws.answer = () => notFound(message);
  await expect(ports.addToGroup("dev-1")).resolves.toEqual({ kind: "not-found" });
});

test("the registry is asked for the thing itself", async () => {
  await expect(ports.isRegistered("dev:1")).resolves.toBe(true);
  aws.answer = () => notFound("The specified resource does not exist");
  await expect(ports.isRegistered("dev:1")).resolves.toBe(false);
  expect(aws.requests.map(({ call }) => call)).toEqual(["GET /things/dev%3A1", "GET /things/dev%3A1"]);
});

test.each([
  [413, "RequestEntityTooLargeException", "the shadow is full"],
  [400, "InvalidRequestException", "AWS refuses the request"],
  [405, "MethodNotAllowedException", "AWS refuses the method"],
  [415, "UnsupportedDocumentEncodingException", "AWS refuses the encoding"],
])("a shadow that can never be set, HTTP %d %s, is an answer", async (status, type, why) => {
  aws.answer = () => ({ status, type });
  await expect(ports.setShadow("dev-1")).resolves.toEqual({
    kind: "refused",
    why: `shadow flag not set: ${why} (${type})`,
  });
  expect(aws.requests).toHaveLength(1);
});

const FAILURES = [
  ["addToGroup", 429, "ThrottlingException"],
  ["addToGroup", 403, "AccessDeniedException"],
  ["isRegistered", 403, "AccessDeniedException"],
  ["isRegistered", 500, "InternalFailureException"],
  ["setShadow", 409, "ConflictException"],
  ["setShadow", 429, "ThrottlingException"],
  ["setShadow", 401, "UnauthorizedException"],
  ["setShadow", 503, "ServiceUnavailableException"],
  ["setShadow", 500, "InternalFailureException"],
  ["setShadow", 404, "ResourceNotFoundException"],
  ["cutSession", 403, "ForbiddenException"],
  ["cutSession", 429, "ThrottlingException"],
] as const;
test.each(FAILURES)("%s rejects at HTTP %d %s", async (port, status, type) => {
  aws.answer = () => ({ status, type });
  await expect(ports[port]("dev-1")).rejects.toMatchObject({ name: type });
});

describe("the groups of a thing", () => {
  const json = (body: unknown) => ({ json: body });

  test("are those that hold it, on all pages, and those above them", async () => {
    aws.answer = (call) => {
      if (call.includes("/things/")) {
        return call.includes("nextToken=2")
          ? json({ thingGroups: [{ groupName: "B" }] })
          : json({ thingGroups: [{ groupName: "A" }], nextToken: "2" });
      }
      const above = call.endsWith("/A") ? [{ groupName: "Root" }, { groupName: "Site" }] : [];
      return json({ thingGroupMetadata: { rootToParentThingGroups: above } });
    };
    await expect(ports.groupsOf("dev-1")).resolves.toEqual(["A", "B", "Root", "Site"]);
  });

  test("are none where the thing is not there: the act tells it apart", async () => {
    aws.answer = () => notFound("no thing");
    await expect(ports.groupsOf("dev-1")).resolves.toEqual([]);
  });

  test("are those that hold it where one of them was deleted meanwhile", async () => {
    aws.answer = (call) =>
      call.includes("/things/") ? json({ thingGroups: [{ groupName: "A" }] }) : notFound("no group");
    await expect(ports.groupsOf("dev-1")).resolves.toEqual(["A"]);
  });

  test("are unknown where AWS does not answer, also for a group above", async () => {
    aws.answer = (call) =>
      call.includes("/things/")
        ? json({ thingGroups: [{ groupName: "A" }] })
        : { status: 403, type: "UnauthorizedException" };
    await expect(ports.groupsOf("dev-1")).rejects.toMatchObject({ name: "UnauthorizedException" });
  });
});

describe("the look-ups", () => {
  const json = (body: unknown) => ({ json: body });
  const alarm = {
    violationEventTime: 0,
    thingName: "dev:1",
    violationEventType: "in-alarm",
    violationId: "v",
    securityProfileName: "P",
    behaviorName: "B",
  } as const;
  const violation = (violationId: string, name: string) => ({ violationId, behavior: { name } });

  test("find the violation of thing, profile and behavior, on whatever page", async () => {
    aws.answer = (call) =>
      call.includes("nextToken=2")
        ? json({ activeViolations: [{ ...violation("w", "B"), lastViolationValue: { count: 54 } }] })
        : json({ activeViolations: [violation("v", "A")], nextToken: "2" });
    await expect(ports.activeViolation(alarm)).resolves.toEqual({ violationId: "w", value: '{"count":54}' });
    expect(aws.requests.map(({ call }) => call)).toEqual([
      "GET /active-violations?securityProfileName=P&thingName=dev%3A1",
      "GET /active-violations?nextToken=2&securityProfileName=P&thingName=dev%3A1",
    ]);
  });

  test("wait for their turn while Device Defender throttles, longer than the SDK tries", async () => {
    const wait = jest.spyOn(Math, "random").mockReturnValue(0);
    let refusals = 6;
    aws.answer = () =>
      refusals-- > 0
        ? { status: 429, type: "ThrottlingException" }
        : json({ activeViolations: [violation("v", "B")] });
    await expect(ports.activeViolation(alarm)).resolves.toEqual({ violationId: "v" });
    wait.mockRestore();
  });

  test("find none of another behavior, nor of a profile that is not there, and the alarm's own first", async () => {
    aws.answer = () => json({ activeViolations: [violation("v", "A")] });
    await expect(ports.activeViolation(alarm)).resolves.toBeUndefined();
    aws.answer = () => notFound("no profile");
    await expect(ports.activeViolation(alarm)).resolves.toBeUndefined();
    aws.answer = () => json({ activeViolations: [violation("w", "B"), violation("v", "B")] });
    await expect(ports.activeViolation(alarm)).resolves.toEqual({ violationId: "v" });
  });

  test("tell a lost look-up from a violation that is over", async () => {
    aws.answer = () => ({ status: 403, type: "UnauthorizedException" });
    await expect(ports.activeViolation(alarm)).rejects.toMatchObject({ name: "UnauthorizedException" });
  });

  test("list principals and their policies on all pages", async () => {
    aws.answer = (call) => {
      if (call.includes("/principals")) {
        return call.includes("nextToken=2")
          ? json({ principals: ["b"] })
          : json({ principals: ["a"], nextToken: "2" });
      }
      return call.includes("marker=2")
        ? json({ policies: [{ policyName: "Q" }] })
        : json({ policies: [{ policyName: "P" }], nextMarker: "2" });
    };
    await expect(ports.principalsOf("dev-1")).resolves.toEqual(["a", "b"]);
    await expect(ports.policiesOf("a")).resolves.toEqual(["P", "Q"]);
  });

  test.each([
    [{ things: ["dev-1"] }, false],
    [{ things: ["dev-1", "dev-2"] }, true],
    // A page may hold less than there is.
    [{ things: ["dev-1"], nextToken: "2" }, true],
  ])("take a principal of %j for shared: %s", async (body, isShared) => {
    aws.answer = () => json(body);
    await expect(ports.isShared("a")).resolves.toBe(isShared);
  });

  test("tell which exempt groups are not there, and ask no more for one that is", async () => {
    aws.answer = (call) => (call.endsWith("/Pumps") ? json({}) : notFound("no group"));
    await expect(ports.missingGroups(["Pumps", "Pmups"])).resolves.toEqual(["Pmups"]);
    await expect(ports.missingGroups(["Pumps", "Pmups"])).resolves.toEqual(["Pmups"]);
    expect(aws.requests.map(({ call }) => call)).toEqual([
      "GET /thing-groups/Pumps",
      "GET /thing-groups/Pmups",
      "GET /thing-groups/Pmups",
    ]);
  });

  test("tell a client that is not connected from one of which nobody knows", async () => {
    aws.answer = () => json({ connected: true, connectedSince: 0, sourceIp: "192.0.2.7" });
    await expect(ports.connectionOf("dev-1")).resolves.toEqual({
      connected: true,
      connectedSince: "1970-01-01T00:00:00.000Z",
      sourceIp: "192.0.2.7",
    });
    aws.answer = () => notFound("no connection");
    await expect(ports.connectionOf("dev-1")).resolves.toEqual({ connected: false });
    aws.answer = () => ({ status: 403, type: "ForbiddenException" });
    await expect(ports.connectionOf("dev-1")).rejects.toMatchObject({ name: "ForbiddenException" });
  });
});

describe("the acts on a principal", () => {
  const CERT = "arn:aws:iot:us-east-1:123456789012:cert/0123456789abcdef";

  test("attach the one policy, and set a certificate to INACTIVE", async () => {
    await expect(ports.attachPolicy(CERT)).resolves.toEqual({ kind: "done" });
    await expect(ports.deactivate(CERT)).resolves.toEqual({ kind: "done" });
    expect(aws.requests).toMatchObject([
      { call: "PUT /target-policies/Fence", body: JSON.stringify({ target: CERT }) },
      { call: "PUT /certificates/0123456789abcdef?newStatus=INACTIVE" },
    ]);
  });

  test.each([
    ["attachPolicy", 410, "LimitExceededException", "AWS refuses the policy (LimitExceededException)"],
    [
      "deactivate",
      406,
      "CertificateStateException",
      "AWS refuses to deactivate it (CertificateStateException)",
    ],
  ] as const)("%s answers AWS's no for good, HTTP %d %s", async (port, status, type, why) => {
    aws.answer = () => ({ status, type });
    await expect(ports[port](CERT)).resolves.toEqual({ kind: "refused", why });
    aws.answer = () => notFound("no principal");
    await expect(ports[port](CERT)).resolves.toEqual({ kind: "gone" });
    aws.answer = () => ({ status: 429, type: "ThrottlingException" });
    await expect(ports[port](CERT)).rejects.toMatchObject({ name: "ThrottlingException" });
  });
});

test.each(["addToGroup", "isRegistered", "setShadow", "cutSession"] as const)(
  "%s closes its connection when its time is over: a hung one would be waited for at the function's end",
  async (call) => {
    const timers = jest.spyOn(global, "setTimeout");
    const begun = new Promise<void>((resolve) => {
      aws.answer = () => {
        resolve();
        return "endless";
      };
    });
    const outcome = ports[call]("dev-1").catch((error: Error) => error.name);
    await begun;
    const [timeIsOver] = timers.mock.calls.find(([, milliseconds]) => milliseconds === LIMIT_MS) ?? [];
    timers.mockRestore();
    timeIsOver?.();
    expect(await outcome).toBe("CallTimeout");
    await Promise.all(aws.hungUp);
  },
);
