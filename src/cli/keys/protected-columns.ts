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

/** Where a clear phone or address can be had, so that its index under the new key can be made. */
export const SOURCES: readonly { readonly table: string; readonly column: string; readonly isEmail: string }[] = [
  { table: 'people', column: 'phone', isEmail: '0' },
  { table: 'people', column: 'email', isEmail: '1' },
  { table: 'users', column: 'phone', isEmail: '0' },
  { table: 'deliveries', column: 'address', isEmail: "CASE WHEN channel = 'email' THEN 1 ELSE 0 END" },
  { table: 'uplinks', column: 'address', isEmail: '0' },
];

/** Blind indexes of phones and addresses; where one is unique, two rows of one phone become one. */
export const INDEXED: readonly { readonly table: string; readonly column: string; readonly id: string }[] = [
  { table: 'people', column: 'phoneKey', id: 'id' },
  { table: 'people', column: 'emailKey', id: 'id' },
  { table: 'users', column: 'phoneKey', id: 'id' },
  { table: 'deliveries', column: 'addressKey', id: 'id' },
  { table: 'contacts', column: 'addressKey', id: 'deliveryId' },
  { table: 'receipts', column: 'addressKey', id: 'id' },
  { table: 'uplinks', column: 'addressKey', id: 'id' },
  { table: 'incidents', column: 'victimKey', id: 'id' },
  { table: 'person_conflicts', column: 'phoneKey', id: 'id' },
  { table: 'opt_outs', column: 'phoneKey', id: 'phoneKey' },
  { table: 'phone_health', column: 'phoneKey', id: 'phoneKey' },
];
