import { Select } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../../api/client';
import type { MaskedPerson } from '../../api/types';
import { useSession } from '../../app/session';
import { POPULATIONS } from '../../shared/codes';
import { CursorList } from '../../shared/CursorList';
import { placeOf, useOwnTownships } from '../../shared/names';
import { Block, PageHead } from '../../shared/Page';
import { Recipient } from '../../shared/Recipient';
import { Empty } from '../../shared/states';
import { useWords } from '../../shared/words';
import { FindById, FindByPhone } from './Find';
import { useTexts } from './texts';

/** Finding one person, and the list of all. */
export default function People() {
  const t = useTexts();
  const { may } = useSession();
  return (
    <>
      <PageHead title={t('title')} hint={t('hint')} />
      <div className="columns even">
        <Block title={t('byId')}>
          <FindById />
        </Block>
        {may('lookup') ? (
          <Block title={t('byPhone')}>
            <FindByPhone />
          </Block>
        ) : null}
      </div>
      <List />
    </>
  );
}

function List() {
  const t = useTexts();
  const word = useWords();
  const [township, setTownship] = useState<string | null>(null);
  const [population, setPopulation] = useState<string | null>(null);
  const townships = useOwnTownships();
  return (
    <Block title={t('list')}>
      <div className="filters">
        <Select
          aria-label={word('person', 'township')}
          className="filter"
          value={township}
          onChange={setTownship}
          options={[
            { value: null, label: `${word('person', 'township')}: ${t('all')}` },
            ...townships.map(({ code, name }) => ({ value: code, label: name })),
          ]}
        />
        <Select
          aria-label={word('person', 'populations')}
          className="filter"
          value={population}
          onChange={setPopulation}
          options={[
            { value: null, label: `${word('person', 'populations')}: ${t('all')}` },
            ...POPULATIONS.map((kind) => ({ value: kind, label: word('population', kind) })),
          ]}
        />
      </div>
      <CursorList<MaskedPerson>
        label={t('list')}
        queryKey={['people', township, population]}
        fetchPage={async (cursor) => {
          const asked = {
            ...(township ? { township } : {}),
            ...(population ? { population } : {}),
            ...(cursor ? { cursor } : {}),
            limit: 100,
          };
          return (await api.GET('/api/v1/people', { params: { query: asked } })).data!;
        }}
        keyOf={(row) => row.id}
        empty={<Empty text={t(township || population ? 'noneFiltered' : 'none')} />}
        columns={[
          {
            title: word('person', 'externalId'),
            width: '9rem',
            show: (row) => <Link to={`/people/${row.id}`}>{row.externalId}</Link>,
          },
          { title: word('person', 'name'), width: 'minmax(11rem, 1fr)', show: (row) => <Recipient of={row} /> },
          {
            title: word('person', 'township'),
            width: 'minmax(10rem, 1fr)',
            show: (row) => placeOf(row) || '–',
          },
          {
            title: word('person', 'populations'),
            width: 'minmax(8rem, 1fr)',
            show: (row) => row.populations.map(({ kind }) => word('population', kind)).join('、') || '–',
          },
        ]}
      />
    </Block>
  );
}
