import { aliyunVoice } from './aliyun-voice/aliyun-voice.js';
import { assistedPost } from './assisted-post/assisted-post.js';
import { cloudMas } from './cloud-mas/cloud-mas.js';
import type { Adapter } from './contract.js';
import { dingtalkRobot } from './dingtalk-robot/dingtalk-robot.js';
import { zhezhengding } from './dingtalk-robot/zhezhengding.js';
import { http } from './http/http.js';
import { smtp } from './smtp/smtp.js';
import { visit } from './visit/visit.js';
import { wecomRobot } from './wecom-robot/wecom-robot.js';
import { zhezhengdingWork } from './zhezhengding-work/zhezhengding-work.js';

/** Every adapter, one line each. */
const adapters: readonly Adapter[] = [
  cloudMas,
  aliyunVoice,
  zhezhengding,
  zhezhengdingWork,
  dingtalkRobot,
  wecomRobot,
  assistedPost,
  visit,
  smtp,
  http,
];

/** The adapters by the name that a gateway's configuration uses. */
export const registry: ReadonlyMap<string, Adapter> = new Map(adapters.map((adapter) => [adapter.id, adapter]));
