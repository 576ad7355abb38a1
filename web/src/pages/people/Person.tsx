import { useParams } from 'react-router';
import { query } from '../../api/client';
import type { PersonCard } from '../../api/types';
import { useSession } from '../../app/session';
import { dayOf } from '../../shared/county-time';
import { placeOf } from '../../shared/names';
import { Block, PageHead } from '../../shared/Page';
import { Pairs, type PairRow } from '../../shared/Pairs';
import { Answer } from '../../shared/states';
import { useWords } from '../../shared/words';
import { Deeds } from './Deeds';
import { Sources } from './Sources';
import { useTexts } from './texts';
import { Why } from './Why';

/** One person, masked: what is known, where it came from, what they got and why. */
export default function Person() {
  const { id = '' } = useParams();
  const { may } = useSession();
  const asked = query.useQuery('get', '/api/v1/people/{id}', { params: { path: { id } } });
  return (
    <Answer of={asked}>
      {(person) => (
        <>
          <Head person={person} />
          <div className="columns even">
            <Data person={person} />
            <Sources person={person} />
          </div>
          {may('why') ? <Why key={person.id} personId={person.id} /> : null}
        </>
      )}
    </Answer>
  );
}

function Head({ person }: { readonly person: PersonCard }) {
  const t = useTexts();
  return (
    <PageHead
      title={person.externalId}
      hint={
        <>
          {person.name ?? t('notGiven')} <span className="number">{person.phone ?? t('notGiven')}</span> · {t('masked')}
          {person.synthetic ? ` · ${t('synthetic')}` : null}
        </>
      }
    >
      <Deeds person={person} />
    </PageHead>
  );
}

function Data({ person }: { readonly person: PersonCard }) {
  const t = useTexts();
  const word = useWords();
  const span = ({ since, until }: PersonCard['populations'][number]) =>
    since === null
      ? null
      : until === null
        ? t('since', { from: dayOf(since) })
        : t('span', { from: dayOf(since), to: dayOf(until) });
  const memberships = person.populations.map((membership) => (
    <div key={membership.kind}>
      {word('population', membership.kind)} <small>{span(membership)}</small>
    </div>
  ));
  const rows: readonly PairRow[] = [
    [word('person', 'populations'), memberships.length > 0 ? memberships : null],
    [word('person', 'township'), placeOf(person)],
    [word('person', 'email'), person.email],
    [word('person', 'age'), person.age],
    [word('person', 'gender'), person.gender && word('gender', person.gender)],
    [word('person', 'language'), person.language],
    [word('person', 'school'), person.school],
    [word('person', 'tags'), person.tags.join('、')],
  ];
  return (
    <Block title={t('data')}>
      <Pairs rows={rows} />
    </Block>
  );
}
