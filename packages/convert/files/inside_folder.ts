/** Whether a relative path names a file in or below the folder it is relative to. */
export function isInside(path: string): boolean {
  const parts = path.split("/");
  return !/[\\\0:]/.test(path) && !parts.some((part) => ["", "..", "."].includes(part));
}
