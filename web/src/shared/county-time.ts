import { useEffect, useState } from 'react';
import { useSession } from '../app/session';

// Instants come with the county's offset: their own clock is read, never the browser's.
/** `2026-11-02 09:00`, or a dash. */
export const dateTime = (iso: string | null | undefined): string => (iso ? iso.slice(0, 16).replace('T', ' ') : '–');
/** `11-02 09:00`. */
export const shortTime = (iso: string | null | undefined): string => (iso ? iso.slice(5, 16).replace('T', ' ') : '–');
/** `09:00`. */
export const timeOfDay = (iso: string | null | undefined): string => (iso ? iso.slice(11, 16) : '–');
/** `2026-11-02`. */
export const dayOf = (iso: string): string => iso.slice(0, 10);

/** The date so many days later (or earlier). */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** 1 (Monday) to 7. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7;

/** Now by the server's clock, in milliseconds; follows every `everyMs`. The demo's clock is not the browser's. */
export function useNow(everyMs = 30_000): number {
  const { me } = useSession();
  const [start] = useState(() => ({ server: Date.parse(me.county.now), here: Date.now() }));
  const [here, setHere] = useState(start.here);
  useEffect(() => {
    const timer = setInterval(() => setHere(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return start.server + (here - start.here);
}

/** The county's date of today. */
export function useToday(): string {
  const { me } = useSession();
  const now = useNow();
  const zone = me.county.now.slice(19);
  const offset =
    zone === 'Z' ? 0 : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * (zone[0] === '-' ? -1 : 1);
  return new Date(now + offset * 60_000).toISOString().slice(0, 10);
}
