/** A number as Python prints a float: `3.0`, `0.1`, `1e-05`, `inf`. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : value < 0 ? "-inf" : "nan";
  const [digits, exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 16)) {
    const sign = power < 0 ? "-" : "+";
    return `${digits}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const text = value.toFixed(Math.max(0, digits.replace(/^-?\d\.?/, "").length - power));
  return text.includes(".") ? text : `${text}.0`;
}

export function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}
