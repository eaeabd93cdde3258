import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { DeployedResource } from "../../../pulumi-host/program/deployment";
import { toStruct } from "../../../pulumi-host/resources/property-values";

/** A resource as policies are shown it, with the provider that makes it. */
export interface JudgedResource {
  readonly resource: DeployedResource;
  /** Absent for a component, for a provider and for the stack. */
  readonly provider?: DeployedResource;
}

function optionsOf({ options, protect, parent }: DeployedResource): AnalyzerResourceOptions {
  const { create, update, delete: remove } = options.customTimeouts;
  return new AnalyzerResourceOptions()
    .setProtect(protect)
    .setParent(parent)
    .setIgnorechangesList([...options.ignoreChanges])
    .setDeletebeforereplace(options.deleteBeforeReplace ?? false)
    .setDeletebeforereplacedefined(options.deleteBeforeReplace !== undefined)
    .setAdditionalsecretoutputsList([...options.additionalSecretOutputs])
    .setAliasesList([...options.aliases])
    .setCustomtimeouts(
      new AnalyzerResourceOptions.CustomTimeouts().setCreate(create).setUpdate(update).setDelete(remove),
    );
}

const providerOf = (provider: DeployedResource): AnalyzerProviderResource =>
  new AnalyzerProviderResource()
    .setType(provider.type)
    .setName(provider.name)
    .setUrn(provider.urn)
    .setProperties(toStruct(provider.inputs));

/** A resource by its inputs, as the engine shows it to policies before it is made. */
export function analyzeRequest({ resource, provider }: JudgedResource): AnalyzeRequest {
  return new AnalyzeRequest()
    .setType(resource.type)
    .setName(resource.name)
    .setUrn(resource.urn)
    .setProperties(toStruct(resource.inputs))
    .setOptions(optionsOf(resource))
    .setProvider(provider && providerOf(provider));
}

function analyzerResource({ resource, provider }: JudgedResource): AnalyzerResource {
  const message = new AnalyzerResource()
    .setType(resource.type)
    .setName(resource.name)
    .setUrn(resource.urn)
    .setProperties(toStruct(resource.outputs))
    .setOptions(optionsOf(resource))
    .setProvider(provider && providerOf(provider))
    .setParent(resource.parent)
    .setDependenciesList([...resource.dependencies]);
  for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
    const dependencies = new AnalyzerPropertyDependencies().setUrnsList([...urns]);
    message.getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

/** The whole stack by its outputs, as the engine shows it to policies in the end. */
export const analyzeStackRequest = (stack: readonly JudgedResource[]): AnalyzeStackRequest =>
  new AnalyzeStackRequest().setResourcesList(stack.map(analyzerResource));
