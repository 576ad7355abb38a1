import { Link } from 'react-router';
import type { PersonCard } from '../../api/types';
import { useSession } from '../../app/session';
import { dayOf } from '../../shared/county-time';
import { Block } from '../../shared/Page';
import { useWords } from '../../shared/words';
import { useTexts } from './texts';

type Source = PersonCard['provenance']['phone'];

/** Where each number, membership and tag came from, on which basis and for what, and until when it is kept. */
export function Sources({ person: { provenance } }: { readonly person: PersonCard }) {
  const t = useTexts();
  const word = useWords();
  return (
    <Block title={t('from')}>
      <ul className="plain-list">
        {provenance.phone ? (
          <li>
            <OneSource what={word('person', 'phone')} source={provenance.phone} />
          </li>
        ) : null}
        {provenance.populations.map((one) => (
          <li key={one.kind}>
            <OneSource what={word('population', one.kind)} source={one.source} />
          </li>
        ))}
        {provenance.tags.map((one) => (
          <li key={one.tag}>
            <OneSource what={one.tag} source={one.source} />{' '}
            {one.keptUntil ? <small>{t('tagUntil', { at: dayOf(one.keptUntil) })}</small> : null}
          </li>
        ))}
      </ul>
      <p className="quiet">
        {provenance.keptUntil ? t('keptUntil', { at: dayOf(provenance.keptUntil) }) : t('keptWhile')}
      </p>
    </Block>
  );
}

function OneSource({ what, source }: { readonly what: string; readonly source: Source }) {
  const t = useTexts();
  const { may } = useSession();
  if (!source)
    return (
      <>
        {what}: {t('unknownSource')}
      </>
    );
  const words = t('sourceOf', {
    what,
    source: t(`source.${source.kind}`),
    basis: source.basis,
    purpose: source.purpose,
  });
  return source.kind === 'import' && may('imports') ? <Link to={`/imports/${source.id}`}>{words}</Link> : <>{words}</>;
}
