import { defineAdapter } from '../contract.js';
import { words } from './codes.js';
import { robotDecode, robotEncode, robotHosts, robotRefuses, robotSettings, type RobotSettings } from './robot.js';

/** DingTalk's custom group robot: one signed markdown message into one group. */
export const dingtalkRobot = defineAdapter<RobotSettings>({
  id: 'dingtalk-robot',
  title: { zh: '钉钉群机器人', en: 'DingTalk group robot' },
  transport: 'http',
  channels: ['chat'],
  platforms: ['dingtalk'],
  settings: robotSettings(['oapi.dingtalk.com']),
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
