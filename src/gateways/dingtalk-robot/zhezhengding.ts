import { robotAdapter } from './robot.js';

/**
 * 浙政钉: the same group robot inside the government's DingTalk. The host of its webhooks is not published; these two are the
 * platform's own hosts, `webhookHosts` names others.
 */
export const zhezhengding = robotAdapter({
  id: 'zhezhengding',
  title: { zh: '浙政钉群机器人', en: 'Zhezhengding group robot' },
  platform: 'zhezhengding',
  hosts: ['openplatform-pro.ding.zj.gov.cn', 'openplatform.dg-work.cn'],
});
