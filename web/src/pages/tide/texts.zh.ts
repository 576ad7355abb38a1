const zh = {
  title: '潮信表',
  hint: '该发的，何时发，发了没有。过去三十天和今后三十天。',
  punctuality: '准点率',
  due: '应发 {{due}} 次，准点 {{onTime}} 次',
  nothingDue: '还没有到点的。',
  tally: '按状态',
  none: '这段时间没有应发的活动。',
  all: '全部',
  filter: '状态',
  today: '今天',
  past: '过去三十天',
  ahead: '今后三十天',
  missed: '错过的',
} as const;
export default zh;
