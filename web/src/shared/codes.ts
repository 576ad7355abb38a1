// Codes of the API in the order in which they are offered; their words are in `words.zh.ts`.

/** In the order of a usual ladder. */
export const CHANNELS = ['sms', 'voice', 'chat', 'email', 'visit'] as const;
export const POPULATIONS = ['local', 'migrant', 'arrival', 'special'] as const;
export const PLATFORMS = ['wechat', 'wecom', 'dingtalk', 'zhezhengding'] as const;
export const GENDERS = ['male', 'female'] as const;
