// Makes `${output}` in a template throw instead of printing a warning text into a name (docs/decisions.md).
process.env.PULUMI_ERROR_OUTPUT_STRING = "true";
