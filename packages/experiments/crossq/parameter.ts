/** What an optimizer changes, and by what. */
export interface Parameter {
  readonly value: Float32Array;
  /** The gradient of the latest loss, written in place. */
  readonly gradient: Float32Array;
}

/** A parameter over its values, whose gradient is 0. */
export function parameter(value: Float32Array): Parameter {
  return { value, gradient: new Float32Array(value.length) };
}
