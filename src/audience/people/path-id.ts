import { notFound } from '../../platform/index.js';

/** The number that a path names somebody or something by, or a 404: what is no number is nobody's. */
export const numbered = (id: string): number => {
  if (!/^\d{1,15}$/.test(id)) throw notFound();
  return Number(id);
};
