/** Columns that hold sealed values, and the number by which a large table is walked; small ones are asked for what is left. */
export const SEALED: readonly { readonly table: string; readonly columns: readonly string[]; readonly id?: string }[] =
  [
    { table: 'users', columns: ['phone', 'email', 'accountId', 'totpSecret', 'totpPending'] },
    { table: 'idempotency_keys', columns: ['response'] },
    { table: 'group_chats', columns: ['robotWebhook', 'robotSecret'] },
    { table: 'import_rejects', columns: ['cells'] },
    { table: 'people', columns: ['name', 'phone', 'email'], id: 'id' },
    { table: 'deliveries', columns: ['address', 'variables'], id: 'id' },
    { table: 'uplinks', columns: ['address', 'text', 'note'] },
  ];

/** By what the rows of a table are walked: its column, and whether that is a number or a text. */
interface Walk {
  readonly id: string;
  readonly idIs: 'number' | 'text';
}
const byNumber = { id: 'id', idIs: 'number' } as const;
const byText = { id: 'id', idIs: 'text' } as const;

/** Where a clear phone or address can be had, so that its index under the new key can be made. */
export const SOURCES: readonly ({
  readonly table: string;
  readonly column: string;
  readonly isEmail: string;
} & Walk)[] = [
  { table: 'people', column: 'phone', isEmail: '0', ...byNumber },
  { table: 'people', column: 'email', isEmail: '1', ...byNumber },
  { table: 'users', column: 'phone', isEmail: '0', ...byText },
  { table: 'deliveries', column: 'address', isEmail: "CASE WHEN channel = 'email' THEN 1 ELSE 0 END", ...byNumber },
  { table: 'uplinks', column: 'address', isEmail: '0', ...byText },
];

/** Blind indexes of phones and addresses; where one is unique, two rows of one phone become one. */
export const INDEXED: readonly ({ readonly table: string; readonly column: string } & Walk)[] = [
  { table: 'people', column: 'phoneKey', ...byNumber },
  { table: 'people', column: 'emailKey', ...byNumber },
  { table: 'users', column: 'phoneKey', ...byText },
  { table: 'deliveries', column: 'addressKey', ...byNumber },
  { table: 'contacts', column: 'addressKey', id: 'deliveryId', idIs: 'number' },
  { table: 'receipts', column: 'addressKey', ...byNumber },
  { table: 'uplinks', column: 'addressKey', ...byText },
  { table: 'incidents', column: 'victimKey', ...byText },
  { table: 'person_conflicts', column: 'phoneKey', ...byNumber },
  { table: 'opt_outs', column: 'phoneKey', id: 'phoneKey', idIs: 'text' },
  { table: 'phone_health', column: 'phoneKey', id: 'phoneKey', idIs: 'text' },
];
