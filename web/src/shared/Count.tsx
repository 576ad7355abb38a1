import { Tooltip } from 'antd';
import { grouped, yuan } from './numbers';
import { useWords } from './words';

interface Props {
  /** The name of a count of the API: `delivered`. */
  readonly name: string;
  readonly value: number;
  readonly isMain?: boolean;
}

/** A count with its name; its meaning stands in a hint that comes on hover, on focus and on a touch. */
export function Count({ name, value, isMain = false }: Props) {
  const word = useWords();
  const tone = value === 0 ? 'zero' : name === 'failed' ? 'bad' : name === 'uncertain' ? 'warn' : '';
  return (
    <Tooltip title={word('means', name)} trigger={['hover', 'focus', 'click']}>
      <button type="button" className={`count ${isMain ? 'main' : ''} ${tone}`}>
        <span className="count-name">{word('count', name)}</span>
        <span className="count-value">{name === 'cost' ? yuan(value) : grouped(value)}</span>
      </button>
    </Tooltip>
  );
}
