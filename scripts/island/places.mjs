/**
 * The seven townships of the demo's county, with codes and names as in `config/demo.yaml`. `share` is how many of the locals
 * live there, `visitors` how many of those who come by ferry stay there, `grid` the field worker who looks after it.
 *
 * @typedef {object} Township
 * @property {string} code
 * @property {string} name
 * @property {number} share
 * @property {number} visitors
 * @property {readonly string[]} communities
 * @property {readonly string[]} grid usernames
 */

/** @type {readonly Township[]} */
export const TOWNSHIPS = [
  {
    code: '330922100',
    name: '菜园镇',
    share: 0.46,
    visitors: 0.34,
    communities: ['沙河社区', '海滨社区', '东海社区', '金平社区', '基湖村', '石柱村', '青沙村', '绿华村'],
    grid: ['grid', 'grid-caiyuan'],
  },
  {
    code: '330922101',
    name: '嵊山镇',
    share: 0.14,
    visitors: 0.17,
    communities: ['泗洲塘社区', '陈钱山村', '箱子岙村', '壁下村'],
    grid: ['grid-shengshan'],
  },
  {
    code: '330922102',
    name: '洋山镇',
    share: 0.17,
    visitors: 0.06,
    communities: ['圣港社区', '滨海社区', '雄洋社区', '城东村'],
    grid: ['grid-yangshan'],
  },
  {
    code: '330922200',
    name: '五龙乡',
    share: 0.06,
    visitors: 0.12,
    communities: ['边礁村', '会城村', '黄沙村', '田岙村'],
    grid: ['grid-wulong'],
  },
  {
    code: '330922201',
    name: '黄龙乡',
    share: 0.06,
    visitors: 0.04,
    communities: ['大岙村', '南港村', '北岙村', '峙岙村'],
    grid: ['grid-huanglong'],
  },
  {
    code: '330922202',
    name: '枸杞乡',
    share: 0.08,
    visitors: 0.2,
    communities: ['奇观村', '龙泉村', '里西村', '东昇村', '石浦村'],
    grid: ['grid-gouqi'],
  },
  {
    code: '330922203',
    name: '花鸟乡',
    share: 0.03,
    visitors: 0.07,
    communities: ['花鸟村', '灯塔村'],
    grid: ['grid-huaniao'],
  },
];

/** Schools that the synthetic pupils go to. */
export const SCHOOLS = ['县第一小学', '县第二小学', '洋山学校', '嵊山学校', '枸杞小学'];
export const UPPER_SCHOOLS = ['县中学', '县职业中专', '县初级中学'];

const MINUTE = 60_000;
const at = (hour, minute) => (hour * 60 + minute) * MINUTE;

/**
 * The boats of a day: ms after midnight at which one lands, its share of the day's passengers, and on how many days it goes.
 *
 * @type {readonly { lands: number, weight: number, goes: number }[]}
 */
export const FERRIES = [
  { lands: at(7, 30), weight: 1, goes: 1 },
  { lands: at(9, 10), weight: 2, goes: 1 },
  { lands: at(10, 50), weight: 3, goes: 1 },
  { lands: at(13, 20), weight: 3, goes: 1 },
  { lands: at(15, 10), weight: 2, goes: 1 },
  { lands: at(16, 30), weight: 1.5, goes: 1 },
  { lands: at(21, 10), weight: 1, goes: 0.7 },
  { lands: at(22, 40), weight: 0.6, goes: 0.25 },
];
