const zh = {
  title: '告警',
  hint: '需要有人看的事。原因消除后自动解除。',
  open: '未解除',
  none: '没有未解除的告警。',
  raised: '首次',
  kind: '事项',
  text: '内容',
  times: '次数',
  last: '最近',
} as const;
export default zh;
