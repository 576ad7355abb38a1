/** Names put together by chance from the commonest characters: whoever bears one is nobody in particular. */

const SURNAMES = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万',
];
const MALE = [...'伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林海洋建国志文成东兴峰松柏毅宏昌盛瑞祥泽轩'];
const FEMALE = [
  ...'芳娜敏静秀丽娟艳霞燕玲桂英萍红梅兰玉珍琴云洁琳雪慧莉婷倩丹颖欣怡佳悦妍月娥翠珊蓉菊凤岚琪薇雅雯思晓',
];
const FIRST = ['James', 'Emma', 'Liam', 'Olivia', 'Noah', 'Sofia', 'Lucas', 'Mia', 'Ethan', 'Anna', 'Daniel', 'Clara'];
const LAST = ['Miller', 'Garcia', 'Novak', 'Silva', 'Meyer', 'Rossi', 'Jensen', 'Kowalski', 'Dubois', 'Evans'];

/**
 * @param {import('./chance.mjs').Chance} chance
 * @param {'男' | '女'} gender
 */
export function chineseName(chance, gender) {
  const given = gender === '男' ? MALE : FEMALE;
  const first = chance.pick(given);
  if (chance.is(0.22)) return chance.pick(SURNAMES) + first;
  const second = chance.pick(given);
  return chance.pick(SURNAMES) + first + (second === first ? '' : second);
}

/** @param {import('./chance.mjs').Chance} chance */
export const foreignName = (chance) => `${chance.pick(FIRST)} ${chance.pick(LAST)}`;
