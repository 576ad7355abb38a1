import { robotAdapter } from './robot.js';

/** DingTalk's custom group robot. */
export const dingtalkRobot = robotAdapter({
  id: 'dingtalk-robot',
  title: { zh: '钉钉群机器人', en: 'DingTalk group robot' },
  platform: 'dingtalk',
  hosts: ['oapi.dingtalk.com'],
});
