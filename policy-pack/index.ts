import { PolicyPack } from "@pulumi/policy";
import { POLICIES } from "./policies";

new PolicyPack("iot-quarantine", {
  displayName: "IoT quarantine",
  description: "Policies that keep the quarantine loop closed",
  provider: "aws",
  tags: ["aws", "iot", "device-defender", "security"],
  policies: POLICIES,
});
