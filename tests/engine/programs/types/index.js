const pulumi = require("@pulumi/pulumi");

// Makes whatever the config lists: a resource of each type that the sandbox knows.
const { AssetArchive, StringAsset } = pulumi.asset;

for (const { type, inputs, replaceOnChanges } of new pulumi.Config().requireObject("resources")) {
  const { code, ...plain } = inputs;
  const archive = code && { code: new AssetArchive({ "index.js": new StringAsset(code) }) };
  new pulumi.CustomResource(type, type.split(":").at(-1), { ...plain, ...archive }, { replaceOnChanges });
}
