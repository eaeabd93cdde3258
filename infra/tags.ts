/** The tags of every resource that can carry tags. */
export interface ComponentTags {
  /** Name of the stack that made it. */
  readonly "iot-quarantine:stack": string;
  /** Class of the component that it is part of. */
  readonly "iot-quarantine:component": string;
}

/**
 * Tags that tell an operator which stack and which component a resource belongs to.
 *
 * @param component - class name of the component, such as `AlertTopic`.
 */
export function componentTags(stack: string, component: string): ComponentTags {
  return { "iot-quarantine:stack": stack, "iot-quarantine:component": component };
}

/** The same tags as the list that CloudFormation resource types take. */
export function tagList(tags: ComponentTags): { readonly key: string; readonly value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
