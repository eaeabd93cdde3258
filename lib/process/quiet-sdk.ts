// The AWS SDK's versions are pinned; its notice that Node 20 nears its end would stand before every output.
// Imported first, as the SDK looks at this when it loads.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
