import { createHash } from "node:crypto";
import {
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { createFunction, ROLE, type ServedLambda, STRANGE_ROLE, serveLambda, zip } from "./serve-lambda";

const CODE = "exports.handler = async () => 1;";
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

let test: ServedLambda;
beforeEach(async () => {
  test = await serveLambda();
});
afterEach(() => test.stop());

describe("functions", () => {
  it("have Lambda's configuration and defaults, and are active at once", async () => {
    const archive = zip({ "index.js": CODE });
    await createFunction(test, "plain", CODE, { Timeout: undefined });
    const configuration = await test.client.send(
      new GetFunctionConfigurationCommand({ FunctionName: "plain" }),
    );
    expect(configuration).toMatchObject({
      FunctionName: "plain",
      FunctionArn: arnOf("plain"),
      Runtime: "nodejs24.x",
      Role: ROLE,
      Handler: "index.handler",
      CodeSize: archive.length,
      CodeSha256: createHash("sha256").update(archive).digest("base64"),
      Description: "",
      Timeout: 3,
      MemorySize: 128,
      LastModified: test.served.environment.clock.date().toISOString().replace("Z", "+0000"),
      Version: "$LATEST",
      RevisionId: expect.any(String),
      PackageType: "Zip",
      Architectures: ["x86_64"],
      State: "Active",
      LastUpdateStatus: "Successful",
      LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/plain" },
    });
    expect(configuration).not.toHaveProperty("Environment");
    expect(configuration).not.toHaveProperty("DeadLetterConfig");
  });

  it("are not ready in the answer that makes or changes them, and ready for whoever waits then", async () => {
    const reason = "The function is being created.";
    const made = await createFunction(test, "waited", CODE);
    expect(made).toMatchObject({ State: "Pending", StateReason: reason, StateReasonCode: "Creating" });
    expect(made).not.toHaveProperty("LastUpdateStatus");
    const waiting = { client: test.client, maxWaitTime: 60 };
    const name = { FunctionName: "waited" };
    expect(await waitUntilFunctionActiveV2(waiting, name)).toMatchObject({ state: "SUCCESS" });
    const changed = {
      State: "Active",
      LastUpdateStatus: "InProgress",
      LastUpdateStatusReason: reason,
      LastUpdateStatusReasonCode: "Creating",
    };
    const code = new UpdateFunctionCodeCommand({ ...name, ZipFile: zip({ "index.js": "//" }) });
    expect(await test.client.send(code)).toMatchObject(changed);
    expect(await waitUntilFunctionUpdatedV2(waiting, name)).toMatchObject({ state: "SUCCESS" });
    const settings = new UpdateFunctionConfigurationCommand({ ...name, Timeout: 9 });
    expect(await test.client.send(settings)).toMatchObject(changed);
    expect(await waitUntilFunctionUpdatedV2(waiting, name)).toMatchObject({ state: "SUCCESS" });
  });

  it("show their tags, concurrency and settings", async () => {
    const made = await createFunction(test, arnOf("full"), CODE, {
      Description: "text",
      Timeout: 900,
      MemorySize: 10_240,
      Architectures: ["arm64"],
      Environment: { Variables: { MODE: "a" } },
      Tags: { team: "iot" },
    });
    expect(made).toMatchObject({ $metadata: { httpStatusCode: 201 }, FunctionName: "full" });
    await test.client.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "full", ReservedConcurrentExecutions: 10 }),
    );
    expect(await test.client.send(new GetFunctionCommand({ FunctionName: arnOf("full") }))).toMatchObject({
      Configuration: {
        Description: "text",
        Timeout: 900,
        MemorySize: 10_240,
        Architectures: ["arm64"],
        Environment: { Variables: { MODE: "a" } },
      },
      Tags: { team: "iot" },
      Concurrency: { ReservedConcurrentExecutions: 10 },
    });
  });

  it("have $LATEST as their only version, and no code signing", async () => {
    await createFunction(test, "plain", CODE, { Timeout: undefined });
    const FunctionName = arnOf("plain");
    // The provider takes the last version listed for the function's qualified ARN.
    const versions = new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 10_000 });
    expect(await test.client.send(versions)).toMatchObject({
      Versions: [
        { FunctionName: "plain", FunctionArn: `${arnOf("plain")}:$LATEST`, Version: "$LATEST", Timeout: 3 },
      ],
    });
    const signing = await test.client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName }));
    expect(signing.CodeSigningConfigArn).toBeUndefined();
    for (const command of [
      new ListVersionsByFunctionCommand({ FunctionName: "none" }),
      new GetFunctionCodeSigningConfigCommand({ FunctionName: "none" }),
    ]) {
      await expect(test.client.send(command as ListVersionsByFunctionCommand)).rejects.toMatchObject({
        name: "ResourceNotFoundException",
        message: `Function not found: ${arnOf("none")}`,
      });
    }
  });

  const withVariables = (Variables: Record<string, string>) => ({ Environment: { Variables } });
  it.each<[string, Partial<CreateFunctionCommandInput>, string, string]>([
    ["a Timeout of 901", { Timeout: 901 }, "ValidationException", "'timeout'"],
    ["a MemorySize of 127", { MemorySize: 127 }, "ValidationException", "'memorySize'"],
    ["a Role that is none", { Role: "role" }, "ValidationException", "'role'"],
    ["a Handler with a blank", { Handler: "a b" }, "ValidationException", "'handler'"],
    ["no Handler", { Handler: undefined }, "InvalidParameterValueException", "Handler"],
    ["no Runtime", { Runtime: undefined }, "InvalidParameterValueException", "Runtime"],
    ["another Runtime", { Runtime: "python3.13" }, "InvalidParameterValueException", "python3.13"],
    ["two Architectures", { Architectures: ["arm64", "x86_64"] }, "ValidationException", "architectures"],
    [
      "a reserved variable",
      withVariables({ AWS_REGION: "x" }),
      "InvalidParameterValueException",
      "AWS_REGION",
    ],
    ["a variable's name", withVariables({ "1": "x" }), "ValidationException", "environment"],
    ["4 KB of variables", withVariables({ ALL: "x".repeat(4096) }), "InvalidParameterValueException", "4KB"],
    [
      "a layer",
      { Layers: ["arn:aws:lambda:us-east-1:1:layer:l:1"] },
      "InvalidParameterValueException",
      "layers",
    ],
    ["an image", { PackageType: "Image" }, "InvalidParameterValueException", "zip"],
    ["code in S3", { Code: { S3Bucket: "b", S3Key: "k" } }, "InvalidParameterValueException", "ZipFile"],
    [
      "code that is no zip",
      { Code: { ZipFile: Buffer.from("no") } },
      "InvalidParameterValueException",
      "unzip",
    ],
    ["an empty zip", { Code: { ZipFile: zip({}) } }, "InvalidParameterValueException", "non-empty"],
    [
      "a path that leads out",
      { Code: { ZipFile: zip({ "../evil.js": "" }) } },
      "InvalidParameterValueException",
      "unzip",
    ],
    ["a long name", { FunctionName: "f".repeat(65) }, "InvalidParameterValueException", "64"],
    ["a strange name", { FunctionName: "a b" }, "ResourceNotFoundException", "a b"],
    ["a tag of AWS's", { Tags: { "aws:x": "1" } }, "InvalidParameterValueException", "aws:"],
    [
      "a role that Lambda cannot assume",
      { Role: STRANGE_ROLE },
      "InvalidParameterValueException",
      "The role defined for the function cannot be assumed by Lambda.",
    ],
    [
      "a dead-letter topic",
      { DeadLetterConfig: { TargetArn: "arn:aws:sns:us-east-1:123456789012:t" } },
      "InvalidParameterValueException",
      "SQS",
    ],
    [
      "a dead-letter queue that is closed to the role",
      { DeadLetterConfig: { TargetArn: "arn:aws:sqs:us-east-1:123456789012:q" } },
      "InvalidParameterValueException",
      "does not have permissions to call SendMessage on SQS",
    ],
  ])("are not made with %s", async (_what, input, name, message) => {
    await expect(createFunction(test, "refused", CODE, input)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
    expect(test.lambda.functions.all.size).toBe(0);
  });

  it("are not made twice", async () => {
    await createFunction(test, "twice", CODE);
    await expect(createFunction(test, "twice", CODE)).rejects.toMatchObject({
      name: "ResourceConflictException",
      message: "Function already exist: twice",
      $metadata: { httpStatusCode: 409 },
    });
  });

  it("change their code, if the revision is the expected one", async () => {
    const before = await createFunction(test, "coded", CODE);
    const update = (more: object) =>
      test.client.send(
        new UpdateFunctionCodeCommand({ FunctionName: "coded", ZipFile: zip({ "index.js": "//" }), ...more }),
      );
    const dry = await update({ DryRun: true });
    expect(dry.CodeSha256).not.toBe(before.CodeSha256);
    const { RevisionId, CodeSha256 } = before;
    const current = () => test.client.send(new GetFunctionConfigurationCommand({ FunctionName: "coded" }));
    expect(await current()).toMatchObject({ RevisionId, CodeSha256 });
    await test.advance(60);
    const after = await update({ RevisionId, Architectures: ["arm64"] });
    expect(after).toMatchObject({ CodeSha256: dry.CodeSha256, Architectures: ["arm64"] });
    expect(after.LastModified).not.toBe(before.LastModified);
    await expect(update({ RevisionId })).rejects.toMatchObject({
      name: "PreconditionFailedException",
      $metadata: { httpStatusCode: 412 },
    });
  });

  it("change the settings that are given and keep the others", async () => {
    const target = "arn:aws:sqs:us-east-1:123456789012:q";
    test.authorizer.granted.add(`sqs:SendMessage ${target}`);
    await createFunction(test, "set", CODE, { ...withVariables({ AA: "1", BB: "2" }), Timeout: 9 });
    const update = (more: object) =>
      test.client.send(new UpdateFunctionConfigurationCommand({ FunctionName: "set", ...more }));
    await update({ Environment: { Variables: { CC: "3" } }, DeadLetterConfig: { TargetArn: target } });
    expect(await update({ MemorySize: 512 })).toMatchObject({
      MemorySize: 512,
      Timeout: 9,
      Environment: { Variables: { CC: "3" } },
      DeadLetterConfig: { TargetArn: target },
    });
    const cleared = await update({ Environment: {}, DeadLetterConfig: { TargetArn: "" } });
    expect(cleared).not.toHaveProperty("Environment");
    expect(cleared).not.toHaveProperty("DeadLetterConfig");
    await expect(update({ Timeout: 0 })).rejects.toMatchObject({ name: "ValidationException" });
    await expect(update({ Role: STRANGE_ROLE })).rejects.toMatchObject({
      message: "The role defined for the function cannot be assumed by Lambda.",
    });
  });

  it("are listed page by page", async () => {
    for (const name of ["c", "a", "b"]) await createFunction(test, name, CODE);
    const first = await test.client.send(new ListFunctionsCommand({ MaxItems: 2 }));
    const second = await test.client.send(
      new ListFunctionsCommand({ MaxItems: 2, Marker: first.NextMarker }),
    );
    const names = [first, second].map((page) => page.Functions?.map((each) => each.FunctionName));
    expect(names).toEqual([["a", "b"], ["c"]]);
    expect(second.NextMarker).toBeUndefined();
    // As many as there can be on a page, and no refusal, for who asks for more.
    expect((await test.client.send(new ListFunctionsCommand({ MaxItems: 10_000 }))).Functions).toHaveLength(
      3,
    );
  });

  it("are tagged by their ARN", async () => {
    await createFunction(test, "tagged", CODE, { Tags: { a: "1" } });
    const Resource = arnOf("tagged");
    await test.client.send(new TagResourceCommand({ Resource, Tags: { b: "2" } }));
    await test.client.send(new UntagResourceCommand({ Resource, TagKeys: ["a"] }));
    expect((await test.client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ b: "2" });
  });

  it("are gone once deleted", async () => {
    await createFunction(test, "gone", CODE);
    const remove = () => test.client.send(new DeleteFunctionCommand({ FunctionName: "gone" }));
    expect((await remove()).$metadata.httpStatusCode).toBe(204);
    await expect(remove()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: `Function not found: ${arnOf("gone")}`,
    });
  });
});
