import { defineAdapter } from '../contract.js';
import { words } from './codes.js';
import { robotDecode, robotEncode, robotHosts, robotRefuses, robotSettings, type RobotSettings } from './robot.js';

/**
 * 浙政钉: the same group robot inside the government's DingTalk. The host of its webhooks is not published; these two are the
 * platform's own hosts, `webhookHosts` names others.
 */
export const zhezhengding = defineAdapter<RobotSettings>({
  id: 'zhezhengding',
  title: { zh: '浙政钉群机器人', en: 'Zhezhengding group robot' },
  transport: 'http',
  channels: ['chat'],
  platforms: ['zhezhengding'],
  settings: robotSettings(['openplatform-pro.ding.zj.gov.cn', 'openplatform.dg-work.cn']),
  secrets: [],
  limits: { sameContent: 1, ownContent: 1, perMinutePerAddress: 20 },
  correlation: 'theirs',
  promises: { deduplicates: false, receipts: 'none' },
  acceptedIsDelivered: true,
  words,
  hosts: robotHosts,
  refuses: robotRefuses,
  encode: robotEncode,
  decode: robotDecode,
});
