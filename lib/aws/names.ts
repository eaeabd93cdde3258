/**
 * Name of a thing, thing group, security profile or behavior: what AWS calls a registry name.
 *
 * Source: AWS IoT API Reference, `CreateThing` (`thingName`), `CreateThingGroup`, `CreateSecurityProfile`, `Behavior`.
 */
export const REGISTRY_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
