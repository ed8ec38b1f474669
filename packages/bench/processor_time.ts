import process from "node:process";

/**
 * Processor time of this process in milliseconds: on a shared machine it says more than a clock.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
