/**
 * What a registry name is made of, for patterns that hold one.
 *
 * Source: as of {@link REGISTRY_NAME}.
 */
export const NAME_PATTERN = "[a-zA-Z0-9:_-]{1,128}";

/**
 * Name of a thing, thing group, security profile or behavior: what AWS calls a registry name.
 *
 * Source: AWS IoT API Reference, `CreateThing` (`thingName`), `CreateThingGroup`, `CreateSecurityProfile`, `Behavior`.
 */
export const REGISTRY_NAME = new RegExp(`^${NAME_PATTERN}$`);
