// Makes `${output}` in a template throw instead of printing a warning text into a name (docs/decisions.md).
process.env.PULUMI_ERROR_OUTPUT_STRING = "true";
// The AWS SDK's versions are pinned; its notice about Node 20's end would drown the results.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
