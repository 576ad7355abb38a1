/**
 * Why these people's data may be used at all: PIPL art. 13(1)(3), a statutory duty (regulations §2). The legal office of a
 * deployment confirms it; it stands on every membership, so that a row can answer for itself.
 */
export const LEGAL_BASIS = 'PIPL 13(1)(3) statutory duty';
