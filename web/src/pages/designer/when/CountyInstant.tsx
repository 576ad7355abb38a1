import { Input } from 'antd';
import { useSession } from '../../../app/session';

interface Props {
  readonly id?: string;
  /** An instant with the county's offset. */
  readonly value?: string;
  onChange?(value: string | undefined): void;
}

/** A day and a time of the county's clock, whatever the browser's clock says. */
export function CountyInstant({ id, value, onChange }: Props) {
  const { me } = useSession();
  const offset = me.county.now.slice(19);
  return (
    <Input
      id={id}
      type="datetime-local"
      value={value ? value.slice(0, 16) : ''}
      onChange={(event) =>
        onChange?.(event.target.value ? `${event.target.value.slice(0, 16)}:00${offset}` : undefined)
      }
      style={{ width: 220 }}
    />
  );
}
