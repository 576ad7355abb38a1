/** Usernames are compared without case and in one form of Unicode, on both databases alike. */
export const readUsername = (text: string): string => text.trim().normalize('NFKC').toLowerCase();
