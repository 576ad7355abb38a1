import { boatOf, newVisitor, stayOf } from './arrivals.mjs';
import { chanceOf } from './chance.mjs';
import { DAY, HOUR, isoText, midnight, weekday } from './county-time.mjs';
import { FERRIES } from './places.mjs';
import { newMigrant } from './residents.mjs';

/**
 * What the ferry desk or the registration desk tells at one moment: a body for `POST /events`.
 *
 * @typedef {{ at: number, kind: 'ferry' | 'registration', events: object[] }} Happening
 */

/** Newcomers a day for an island of the usual size; at a weekend half as many again. */
const NEWCOMERS = 42;
const HOMECOMERS = 7;
const REGISTRATIONS_A_MONTH = 44;
/** The feed is read up to here before the end, so that nothing waits for its ten minutes when the month is over. */
const QUIET_END = HOUR / 2;

const wanted = (one) => ({
  externalId: one.externalId,
  name: one.name,
  ...(one.phone && { phone: one.phone }),
  gender: one.gender,
  birthDate: one.birthDate,
  township: one.township,
  ...(one.community && { community: one.community }),
  ...(one.tags.length > 0 && { tags: one.tags }),
  ...(one.language && { language: one.language }),
});

/** The boats of the month by the instant at which each lands. */
function timetable(seed, start, end) {
  const chance = chanceOf(seed, 'ferries');
  const boats = [];
  for (let day = midnight(start); day < end; day += DAY) {
    for (const ferry of FERRIES) {
      const lands = day + ferry.lands;
      if (chance.is(ferry.goes) && lands >= start && lands < end - QUIET_END)
        boats.push({ at: lands, weight: ferry.weight });
    }
  }
  return boats;
}

/**
 * The month as it happens: who comes and goes with each boat, who registers. Newcomers are people that nobody knew before.
 *
 * @param {{ seed: number, factor: number, start: number, end: number, phones: import('./phones.mjs').PhoneBook,
 *   residents: import('./residents.mjs').Person[], migrantCount: number,
 *   visitors: { person: import('./residents.mjs').Person, departs: number }[] }} island
 * @returns {{ happenings: Happening[], newcomers: import('./residents.mjs').Person[] }}
 */
export function month(island) {
  const { seed, start, end } = island;
  const boats = timetable(seed, start, end);
  const byBoat = new Map(boats.map(({ at }) => [at, []]));
  const leave = (externalId, departs) => {
    const boat = boats.find(({ at }) => at >= departs);
    if (boat && departs > start)
      byBoat.get(boat.at).push({ type: 'departure', externalId, occurredAt: isoText(boat.at) });
  };
  for (const { person, departs } of island.visitors) leave(person.externalId, departs);
  const newcomers = newArrivals(island, { boats, byBoat, leave });
  homecomings(island, { boats, byBoat, leave });
  told(chanceOf(seed, 'told twice'), byBoat);
  const ferry = [...byBoat]
    .filter(([, events]) => events.length > 0)
    .map(([at, events]) => ({ at, kind: 'ferry', events }));
  const registered = registrations(island, newcomers);
  return {
    happenings: [...ferry, ...registered.happenings].sort((a, b) => a.at - b.at),
    newcomers: [...newcomers.map(({ person }) => person), ...registered.people],
  };
}

/** @returns {{ person: import('./residents.mjs').Person, came: number }[]} */
function newArrivals({ seed, factor, start, phones, visitors }, { boats, byBoat, leave }) {
  const chance = chanceOf(seed, 'newcomers');
  const people = [];
  const perWeight = NEWCOMERS / FERRIES.reduce((sum, { weight, goes }) => sum + weight * goes, 0);
  for (const { at, weight } of boats) {
    const weekend = [0, 5, 6].includes(weekday(at)) ? 1.5 : 1;
    for (let n = chance.poisson(perWeight * weight * weekend * factor); n > 0; n -= 1) {
      const one = newVisitor(chance, { i: visitors.length + people.length, now: start, phones });
      people.push({ person: one, came: at });
      byBoat
        .get(at)
        .push({ type: 'arrival', person: wanted(one), occurredAt: isoText(at), place: `${one.township}码头` });
      leave(one.externalId, midnight(at) + stayOf(chance) * DAY + boatOf(chance));
    }
  }
  return people;
}

/** Locals and migrants who were away for some days: they come home and have heard it all before. */
function homecomings({ seed, factor, residents }, { boats, byBoat, leave }) {
  const chance = chanceOf(seed, 'homecomings');
  const each = (HOMECOMERS / FERRIES.length) * factor;
  const away = new Set();
  for (const { at } of boats) {
    for (let n = chance.poisson(each); n > 0; n -= 1) {
      const one = chance.pick(residents);
      if (away.has(one.externalId)) continue;
      away.add(one.externalId);
      leave(one.externalId, at - chance.int(1, 5) * DAY);
      byBoat
        .get(at)
        .push({ type: 'arrival', externalId: one.externalId, occurredAt: isoText(at), place: `${one.township}码头` });
    }
  }
}

/** A feed that repeats itself now and then: the same event twice is one event. */
function told(chance, byBoat) {
  for (const events of byBoat.values()) {
    if (events.length > 0 && chance.is(0.04)) events.push(chance.pick(events));
  }
}

/** New registrations at the desk, on working days; every fourth is somebody who came by boat this month and stayed. */
function registrations({ seed, factor, start, end, phones, migrantCount }, newcomers) {
  const chance = chanceOf(seed, 'registrations');
  const days = [];
  for (let day = midnight(start); day < end; day += DAY) if (![0, 6].includes(weekday(day))) days.push(day);
  const total = Math.round((REGISTRATIONS_A_MONTH * factor * (end - start)) / (31 * DAY));
  const desks = new Map();
  const people = [];
  for (let i = 0; i < total && days.length > 0; i += 1) {
    const at = chance.pick(days) + chance.int(17, 32) * (HOUR / 2) + 7 * 60_000;
    if (at < start || at >= end - QUIET_END) continue;
    const here = chance.is(0.25) ? newcomers.filter(({ came }) => came < at) : [];
    const known = here.length > 0 ? chance.pick(here).person : undefined;
    const one = known ?? newMigrant(chance, { i: migrantCount + people.length, now: start, phones });
    if (!known) people.push(one);
    const event = { type: 'registration', person: wanted(one), occurredAt: isoText(at), place: one.township };
    desks.set(at, [...(desks.get(at) ?? []), event]);
  }
  return { people, happenings: [...desks].map(([at, events]) => ({ at, kind: 'registration', events })) };
}
