"use strict";
// Lambda's Node runtimes carry the AWS SDK, version 3; here it is the sandbox's own, as far as that is installed.
// Source: AWS Lambda Developer Guide, "Building Lambda functions with Node.js", "Runtime-included SDK versions".
const { createRequire, registerHooks } = require("node:module");
const { pathToFileURL } = require("node:url");

const here = pathToFileURL(__filename).href;
const carried = createRequire(__filename);

/** Has a function find the SDK where its archive has none. Node before 22.15 has no such hooks. */
module.exports.carrySdk = () =>
  registerHooks?.({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (context.parentURL === here || !/^@(?:aws-sdk|smithy)\//.test(specifier)) throw error;
        try {
          return { url: pathToFileURL(carried.resolve(specifier)).href, shortCircuit: true };
        } catch {
          throw error;
        }
      }
    },
  });
