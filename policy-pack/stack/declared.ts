import type { JsonObject } from "../../lib/json";
import { at, parseJsonOnce, UNKNOWN } from "../input/unknown";
import { templateResources } from "./template-resources";

/** A resource that may declare others in CloudFormation's words, its properties plain. */
export interface DeclaringResource {
  /** Type token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly props: JsonObject;
}

/** Name of the property in which a resource declares others. */
export type DeclaringProperty = "desiredState" | "properties" | "templateBody";

/** A resource that another one declares. */
interface Declared {
  /** How a message calls it, after what it is. */
  readonly called: string;
  /** Its properties, in CloudFormation's spelling. */
  readonly properties: unknown;
  readonly property: DeclaringProperty;
}

/** What a resource declares of a type, and why it cannot be told whether it declares more. */
export interface Declarations {
  readonly declared: readonly Declared[];
  readonly unread?: string;
}

/** How the types with a template are called. */
const TEMPLATES: Readonly<Record<string, string>> = {
  "aws:cloudformation/stack:Stack": "CloudFormation stack",
  "aws-native:cloudformation:Stack": "CloudFormation stack",
  "aws:cloudformation/stackSet:StackSet": "CloudFormation stack set",
  "aws-native:cloudformation:StackSet": "CloudFormation stack set",
  "aws:iot/provisioningTemplate:ProvisioningTemplate": "provisioning template",
  "aws-native:iot:ProvisioningTemplate": "provisioning template",
};

/** Where the types of CloudFormation that hold a template of their own have it. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  "AWS::IoT::ProvisioningTemplate": ["TemplateBody"],
  "AWS::IoT::CACertificate": ["RegistrationConfig", "TemplateBody"],
};

/** The types of which a certificate authority makes resources for each device that comes with its certificate. */
const AUTHORITIES = ["aws:iot/caCertificate:CaCertificate", "aws-native:iot:CaCertificate"];

/** Where the types that declare one resource have its type and its properties. */
export const SINGLE: Readonly<
  Record<string, readonly [type: string, property: "desiredState" | "properties"]>
> = {
  "aws:cloudcontrol/resource:Resource": ["typeName", "desiredState"],
  "aws-native:index:ExtensionResource": ["type", "properties"],
};

/** What a template of some kind declares of a type. */
function inTemplate(body: unknown, parameters: unknown, type: string, holder: string): Declarations {
  const { found, unread } = templateResources(body, parameters, type);
  const declared = found.map(({ logicalId, properties }) => ({
    called: `"${logicalId}" of ${holder}`,
    properties,
    property: "templateBody" as const,
  }));
  return { declared, ...(unread !== undefined && { unread }) };
}

function ofTemplate({ name, props }: DeclaringResource, kind: string, type: string): Declarations {
  const { templateBody, templateUrl, parameters } = props;
  if (templateBody === UNKNOWN) return { declared: [], unread: "its template is not known yet" };
  const isElsewhere = templateUrl === UNKNOWN || (typeof templateUrl === "string" && templateUrl !== "");
  if (isElsewhere && !templateBody)
    return { declared: [], unread: "its template is elsewhere (templateUrl)" };
  return inTemplate(templateBody, parameters, type, `${kind} "${name}"`);
}

/** What a resource declares that is no provisioning template itself, but declares one. */
function withinHolders(resource: DeclaringResource, type: string): readonly Declarations[] {
  return Object.entries(HOLDERS).flatMap(([holder, [first = "", ...rest]]) =>
    ownDeclarations(resource, holder).declared.map(({ called, properties }): Declarations => {
      const body = at(properties, first, ...rest);
      if (body === UNKNOWN) return { declared: [], unread: `the template of ${called} is not known yet` };
      return inTemplate(body, undefined, type, `${holder} ${called}`);
    }),
  );
}

/**
 * Finds the resources of a type of CloudFormation that a resource declares: by Cloud Control, an extension resource of
 * `aws-native`, or a template.
 *
 * @param type - as CloudFormation calls it.
 */
export function declaredBy(resource: DeclaringResource, type: string): Declarations {
  const all = [ownDeclarations(resource, type), ...withinHolders(resource, type)];
  const unread = all.map((one) => one.unread).find((why) => why !== undefined);
  return { declared: all.flatMap(({ declared }) => declared), ...(unread !== undefined && { unread }) };
}

function ownDeclarations(resource: DeclaringResource, type: string): Declarations {
  if (AUTHORITIES.includes(resource.type)) {
    const { registrationConfig } = resource.props;
    const body = at(registrationConfig, "templateBody");
    return body === UNKNOWN
      ? { declared: [], unread: "its registration template is not known yet" }
      : inTemplate(body, undefined, type, `CA certificate "${resource.name}"`);
  }
  const kind = Object.hasOwn(TEMPLATES, resource.type) ? TEMPLATES[resource.type] : undefined;
  if (kind !== undefined) return ofTemplate(resource, kind, type);
  const [typeProperty, property] = (Object.hasOwn(SINGLE, resource.type) && SINGLE[resource.type]) || [];
  if (typeProperty === undefined || property === undefined) return { declared: [] };
  if (resource.props[typeProperty] === UNKNOWN) {
    return { declared: [], unread: "what type it makes is not known yet" };
  }
  if (resource.props[typeProperty] !== type) return { declared: [] };
  const value = resource.props[property];
  const properties = typeof value === "string" ? parseJsonOnce(value) : value;
  return { declared: [{ called: `"${resource.name}"`, properties, property }] };
}
