/** Runs `work` and tells its seconds on the wall and the seconds of processor time (user and system) of this process. */
export async function measured(work) {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  const result = await work();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(before);
  return { result, seconds, user: user / 1e6, cpu: (user + system) / 1e6 };
}

/** The middle of an odd number of values. */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Completes a figure with whether its goal is held. */
export const judged = (figure) => {
  const { value, atLeast, atMost } = figure;
  if (atLeast === undefined && atMost === undefined) return figure;
  return { ...figure, held: (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost) };
};
