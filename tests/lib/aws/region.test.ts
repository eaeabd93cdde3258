import { regionFault } from "../../../lib/aws/region";

test.each([
  ...["us-east-1", "ap-southeast-7", "mx-central-1", "cn-northwest-1"],
  ...[
    "us-gov-west-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "us-isof-south-1",
    "eu-isoe-west-1",
    "eusc-de-east-1",
  ],
  // Of no list yet.
  ...["us-east-3", "br-west-1", "ap-southeast-12", "eusc-fr-north-1", "us-isog-east-1"],
])("%s is a region, or may become one", (region) => {
  expect(regionFault(region)).toBeUndefined();
});

test.each([
  [undefined, "it is not set."],
  ["", 'it is "".'],
  [{ secure: "abc" }, 'it is {"secure":"abc"}.'],
  ["us-esat-1", 'it is "us-esat-1". Did you mean us-east-1?'],
  ["eu-wst-2", 'it is "eu-wst-2". Did you mean eu-west-2?'],
  ["ap-south-east-1", 'it is "ap-south-east-1".'],
  ["ap-souteast-1", 'it is "ap-souteast-1". Did you mean ap-southeast-1?'],
  ["US-EAST-1", 'it is "US-EAST-1". Did you mean us-east-1?'],
  ["us-east1", 'it is "us-east1". Did you mean us-east-1?'],
  ["us-east-1a", 'it is "us-east-1a". Did you mean us-east-1?'],
  ["us-gvo-west-1", 'it is "us-gvo-west-1".'],
  ["europe-west-1", 'it is "europe-west-1".'],
  ["us-moon-1", 'it is "us-moon-1".'],
  ["x; y", 'it is "x; y".'],
])("%j is none, and what is meant is asked", (region, fault) => {
  expect(regionFault(region)).toBe(`Set \`aws:region\` to a region such as us-east-1; ${fault}`);
});
