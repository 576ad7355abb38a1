import { chanceOf } from './chance.mjs';
import { TOWNSHIPS } from './places.mjs';

/**
 * A group chat as `POST /group-chats` takes it; of a robot only its token is known here, for the address is the gateway's.
 *
 * @typedef {object} Chat
 * @property {string} name
 * @property {'wechat' | 'zhezhengding' | 'wecom'} platform
 * @property {string} township
 * @property {'local' | 'migrant' | 'arrival' | 'special'} population
 * @property {number} headCount
 * @property {string} [owner]
 * @property {string} [token]
 */

const WECHAT_KINDS = [
  [{ word: '居民群', population: 'local', heads: [90, 480] }, 24],
  [{ word: '网格群', population: 'local', heads: [60, 320] }, 6],
  [{ word: '新居民之家', population: 'migrant', heads: [60, 260] }, 4],
  [{ word: '民宿业主群', population: 'special', heads: [40, 180] }, 4],
  [{ word: '商户群', population: 'special', heads: [50, 240] }, 2],
];
const OFFICE_WORDS = ['机关反诈联络群', '网格员工作群', '学校家校联络群', '村社干部群'];
const FIRM_WORDS = ['船厂员工群', '客运站旅客服务群', '景区商户群', '渔业公社群'];

/**
 * Group chats of all townships: residents' WeChat groups, the government's 浙政钉 groups, firms' WeCom groups.
 *
 * @param {{ seed: number, wechat: number, zhezhengding: number, wecom: number }} wanted
 * @returns {Chat[]}
 */
export function groupChats({ seed, wechat, zhezhengding, wecom }) {
  const chance = chanceOf(seed, 'chats');
  const names = new Set();
  const made = [];
  const add = (name, chat) => {
    let own = name;
    for (let n = 2; names.has(own); n += 1) own = `${name}（${n}）`;
    names.add(own);
    made.push({ name: own, ...chat });
  };
  for (const [i, township] of spread(wechat).entries()) {
    const kind = chance.weighed(WECHAT_KINDS);
    const place = kind.population === 'local' ? chance.pick(township.communities) : '';
    add(`${township.name}${place}${kind.word}`, {
      platform: 'wechat',
      township: township.name,
      population: kind.population,
      headCount: chance.int(...kind.heads),
      owner: township.grid[i % township.grid.length],
    });
  }
  for (const [i, township] of spread(zhezhengding).entries()) {
    const name = `${township.name}${OFFICE_WORDS[i % OFFICE_WORDS.length]}`;
    add(name, robot('zhezhengding', township, { chance, population: 'local', heads: [30, 160], i }));
  }
  for (const [i, township] of spread(wecom).entries()) {
    const name = `${township.name}${FIRM_WORDS[i % FIRM_WORDS.length]}`;
    const population = i % 4 === 1 ? 'arrival' : 'migrant';
    add(name, robot('wecom', township, { chance, population, heads: [40, 300], i }));
  }
  return made;
}

const robot = (platform, township, { chance, population, heads, i }) => ({
  platform,
  township: township.name,
  population,
  headCount: chance.int(...heads),
  token: `${platform}-${String(i + 1).padStart(4, '0')}`,
});

/** `n` townships, each about as often as its share of the locals, and each at least once where n allows. */
function spread(n) {
  const counts = TOWNSHIPS.map(({ share }) => Math.max(n >= TOWNSHIPS.length ? 1 : 0, Math.floor(n * share)));
  for (let i = 0; counts.reduce((a, b) => a + b, 0) < n; i += 1) counts[i % counts.length] += 1;
  for (let left = counts.reduce((a, b) => a + b, 0) - n; left > 0; left -= 1)
    counts[counts.indexOf(Math.max(...counts))] -= 1;
  return TOWNSHIPS.flatMap((township, i) => Array.from({ length: counts[i] }, () => township));
}
