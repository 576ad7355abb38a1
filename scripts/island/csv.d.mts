import type { IslandPerson } from './island.mjs';

export function peopleCsv(people: readonly IslandPerson[]): string;
