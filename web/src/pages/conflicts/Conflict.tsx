import { Link } from 'react-router';
import type { ConflictView, MaskedPerson } from '../../api/types';
import { dateTime } from '../../shared/county-time';
import { placeOf } from '../../shared/names';
import { Block } from '../../shared/Page';
import { Pairs, type PairRow } from '../../shared/Pairs';
import { useWords } from '../../shared/words';
import { Decide } from './Decide';
import { useTexts } from './texts';

/** Two people beside each other, and the decision about them. */
export function Conflict({ conflict }: { readonly conflict: ConflictView }) {
  const t = useTexts();
  const { person, other } = conflict;
  return (
    <Block title={t(`kind.${conflict.kind}`)} note={<span className="number">{dateTime(conflict.raisedAt)}</span>}>
      <div className="pair-of-people">
        <Side title={t('came')} person={person} />
        <Side title={t('has')} person={other} />
      </div>
      {conflict.decision ? (
        <p>
          <span className="tone good">●</span> {t(`was.${conflict.decision}`)}{' '}
          <small className="number">{dateTime(conflict.decidedAt)}</small>
        </p>
      ) : person && other ? (
        <Decide id={conflict.id} person={person} other={other} />
      ) : null}
    </Block>
  );
}

function Side({ title, person }: { readonly title: string; readonly person: MaskedPerson | null }) {
  const t = useTexts();
  const word = useWords();
  if (!person)
    return (
      <div className="message">
        <h3>{title}</h3>
        <p className="quiet">{t('gone')}</p>
      </div>
    );
  const rows: readonly PairRow[] = [
    [word('person', 'externalId'), <Link to={`/people/${person.id}`}>{person.externalId}</Link>],
    [word('person', 'name'), person.name],
    [word('person', 'phone'), person.phone],
    [word('person', 'township'), placeOf(person)],
    [word('person', 'age'), person.age],
    [word('person', 'gender'), person.gender && word('gender', person.gender)],
    [word('person', 'populations'), person.populations.map(({ kind }) => word('population', kind)).join('、')],
  ];
  return (
    <div className="message">
      <h3>{title}</h3>
      <Pairs rows={rows} />
    </div>
  );
}
