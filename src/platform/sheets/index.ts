export { readSheets, recordsOf, SHEET_MAX_BYTES, UnreadableSheet, type Sheet } from './read-sheets.js';
