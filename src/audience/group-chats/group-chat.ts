import type { ChatPlatform } from '../../platform/kernel/index.js';

export interface ChatMistake {
  readonly path: string;
  readonly code: 'owner_required' | 'owner_not_allowed' | 'robot_required' | 'robot_not_allowed';
  readonly message: string;
}

/** Who brings a post into the group: exactly one of its owner's hands or its robot, as the platform says. */
export function chatMistakes({
  platform,
  hasOwner,
  hasRobot,
}: {
  platform: ChatPlatform;
  hasOwner: boolean;
  hasRobot: boolean;
}): ChatMistake[] {
  const mistakes: ChatMistake[] = [];
  if (platform === 'wechat') {
    if (!hasOwner)
      mistakes.push({
        path: '/owner',
        code: 'owner_required',
        message: 'a WeChat group has no API: name the user who posts in it',
      });
    if (hasRobot) mistakes.push({ path: '/robot', code: 'robot_not_allowed', message: 'a WeChat group has no robot' });
    return mistakes;
  }
  if (!hasRobot)
    mistakes.push({
      path: '/robot',
      code: 'robot_required',
      message: `a ${platform} group is reached by its robot: give its webhook`,
    });
  if (hasOwner)
    mistakes.push({
      path: '/owner',
      code: 'owner_not_allowed',
      message: 'only a WeChat group is posted in by its owner',
    });
  return mistakes;
}
