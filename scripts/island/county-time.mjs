/** The county's wall clock: China keeps one time, eight hours ahead of UTC, all year. */

export const DAY = 86_400_000;
export const HOUR = 3_600_000;
const OFFSET = 8 * HOUR;

/** Midnight of the county day of an instant. @param {number} instant epoch ms */
export const midnight = (instant) => Math.floor((instant + OFFSET) / DAY) * DAY - OFFSET;

/** `2026-11-23`. @param {number} instant */
export const dateText = (instant) => new Date(instant + OFFSET).toISOString().slice(0, 10);

/** `2026-11-23 08:30`, as lists write it. @param {number} instant */
export const minuteText = (instant) => new Date(instant + OFFSET).toISOString().slice(0, 16).replace('T', ' ');

/** `2026-11-23T08:30:00+08:00`. @param {number} instant */
export const isoText = (instant) => `${new Date(instant + OFFSET).toISOString().slice(0, 19)}+08:00`;

/** 0 is Sunday. @param {number} instant */
export const weekday = (instant) => new Date(instant + OFFSET).getUTCDay();

/** 1 to 31. @param {number} instant */
export const dayOfMonth = (instant) => new Date(instant + OFFSET).getUTCDate();
