import { PolicyPack } from "@pulumi/policy";
import { securityProfileAlerts } from "./policies/security-profile-alerts";

new PolicyPack("iot-quarantine", { policies: [securityProfileAlerts] });
