import * as grpc from "@grpc/grpc-js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import {
  type Callback,
  CallbackInvokeRequest,
  type CallbackInvokeResponse,
} from "@pulumi/pulumi/proto/callback_pb";
import {
  type RegisterResourceHookRequest,
  ResourceHookRequest,
  ResourceHookResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { toStruct } from "../resources/property-values";
import type { Registration } from "./registration";

/**
 * The hooks of a program, which its own process serves.
 *
 * Source: pulumi/pulumi, proto/pulumi/callback.proto; proto/pulumi/resource.proto, `ResourceHookRequest`.
 */
export class Hooks {
  readonly #callbacks = new Map<string, Callback>();
  readonly #clients = new Map<string, CallbacksClient>();

  /** Keeps where a hook is served. */
  register(request: RegisterResourceHookRequest): void {
    const callback = request.getCallback();
    if (callback) this.#callbacks.set(request.getName(), callback);
  }

  /** Calls the hooks of a creation, one after the other. @throws Error - one refuses it, in its own words. */
  async beforeCreate(registration: Registration, urn: string): Promise<void> {
    for (const name of registration.beforeCreate ?? []) {
      const request = new ResourceHookRequest()
        .setUrn(urn)
        .setName(registration.name)
        .setType(registration.type)
        .setNewInputs(toStruct(registration.inputs));
      const refusal = (await this.#call(name, request)).getError();
      if (refusal !== "") throw new Error(refusal);
    }
  }

  /** Closes the connections to the program. */
  stop(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #call(name: string, request: ResourceHookRequest): Promise<ResourceHookResponse> {
    const callback = this.#callbacks.get(name);
    if (!callback) throw new Error(`the hook ${name} was not registered.`);
    const invoke = new CallbackInvokeRequest().setToken(callback.getToken());
    invoke.setRequest(request.serializeBinary());
    const client = this.#clientOf(callback.getTarget());
    const answer = await new Promise<CallbackInvokeResponse>((resolve, reject) => {
      client.invoke(invoke, (error, response) => (error ? reject(error) : resolve(response)));
    });
    return ResourceHookResponse.deserializeBinary(answer.getResponse_asU8());
  }

  #clientOf(target: string): CallbacksClient {
    const client =
      this.#clients.get(target) ?? new CallbacksClient(target, grpc.credentials.createInsecure());
    this.#clients.set(target, client);
    return client;
  }
}
