const DAY = 86_400_000;
const KINDS = ['local', 'local', 'local', 'migrant', 'special', 'local', 'arrival', 'local'];
const TAGS = [[], [], ['elderly'], ['student'], ['business_owner', 'parent'], [], ['homestay_owner'], []];
const CHUNK = 2000;
const hex = (n) => n.toString(16).padStart(32, '0');

/** People with memberships, tags, refusals and contact facts straight into the tables: a benchmark of reading needs no import before it. */
export async function fillPeople(database, count, now) {
  for (let from = 1; from <= count; from += CHUNK) {
    const ids = Array.from({ length: Math.min(CHUNK, count - from + 1) }, (_, i) => from + i);
    const rows = (columns, make) => [columns, ids.flatMap(make)];
    const tables = {
      people: rows(
        'id externalId phoneKey phoneKind township community birthDate gender spreadSlot synthetic digest createdAt updatedAt',
        (i) => [
          [
            i,
            `B${String(i).padStart(8, '0')}`,
            hex(i),
            'mobile',
            i % 2 === 0 ? '330922100' : '330922101',
            `第${(i % 40) + 1}社区`,
            `${1930 + (i % 85)}-0${(i % 9) + 1}-1${i % 10}`,
            i % 2 === 0 ? 'male' : 'female',
            (i * 7919) % 1_000_000,
            1,
            hex(i),
            now,
            now,
          ],
        ],
      ),
      memberships: rows('personId kind since until createdAt', (i) => {
        const kind = KINDS[i % KINDS.length];
        return [[i, kind, kind === 'local' ? null : now - (i % 400) * DAY, i % 16 === 6 ? now - DAY : null, now]];
      }),
      person_tags: rows('personId tag confirmedAt', (i) => TAGS[i % TAGS.length].map((tag) => [i, tag, now])),
      contact_facts: rows('personId lastContactedAt lastReachedAt tricksReached', (i) =>
        i % 3 === 0 ? [] : [[i, now - (i % 60) * DAY, i % 4 === 0 ? null : now - (i % 60) * DAY, i % 6]],
      ),
      trick_facts: rows('personId trick type reachedAt times', (i) =>
        Array.from({ length: i % 3 }, (_, k) => [
          i,
          `trick_${(i + k * 5) % 48}`,
          (i + k) % 4 === 0 ? 'romance' : 'loan',
          now - (i % 90) * DAY,
          1,
        ]),
      ),
      opt_outs: rows('phoneKey channel at source', (i) => (i % 50 === 0 ? [[hex(i), 'all', now, 'api']] : [])),
    };
    await database.transaction(async () => {
      for (const [table, [columns, values]] of Object.entries(tables))
        if (values.length > 0) await database.insert(table, columns.split(' '), values);
    });
  }
}
