/** What codes are called where people read them. A code that is not here is shown as it is. */
const REASONS: Readonly<Record<string, string>> = {
  opted_out: '已退订',
  no_phone: '无号码',
  invalid_phone: '号码无效',
  landline: '固定电话',
  foreign_number: '境外号码',
  duplicate_phone: '号码重复',
  shared_phone: '号码多人共用',
  suppressed_number: '停用号码',
  no_email: '无邮箱',
  minor: '未成年无监护人号码',
  contact_cap: '达到频次上限',
  yielded: '让位其他活动',
  deferred: '顺延',
  already_covered: '已覆盖',
  no_gateway: '无可用网关',
  no_script: '无话术',
  missing_variable: '缺变量',
};
const CHANNELS: Readonly<Record<string, string>> = {
  sms: '短信',
  voice: '电话',
  chat: '群消息',
  email: '邮件',
  visit: '上门',
};
const STATUSES: Readonly<Record<string, string>> = {
  pending: '待发',
  awaiting: '已受理，待回执',
  delivered: '已送达',
  undelivered: '未送达',
  failed: '失败',
  uncertain: '存疑',
  cancelled: '已取消',
  expired: '已过期',
};

/** Why somebody was not written to. */
export const reasonInWords = (code: string): string => REASONS[code] ?? code;
export const channelInWords = (code: string): string => CHANNELS[code] ?? code;
/** What became of a delivery. */
export const statusInWords = (code: string): string => STATUSES[code] ?? code;
