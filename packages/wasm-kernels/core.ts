// Imported here alone: a bundle has an import for each file that names a package as a whole.
export * as core from "@renorm/core-math";
