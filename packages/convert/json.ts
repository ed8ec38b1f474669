/** A JSON object of which nothing is known yet. */
export type JsonObject = { [key: string]: unknown };

/** Whether a value is a JSON object, and no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
