/** What a rehearsal signs with; no real gateway takes it (src/gateways/build.ts). */
const SIGNATURE = '【反诈演练】';
const SECRET = 'simulator-secret';

/**
 * The simulator's settings in the place of an adapter's own; null for what goes over no wire.
 *
 * @param {string} adapter
 * @param {{ url: string, smtpPort: number }} simulator
 */
function simulated(adapter, { url, smtpPort }) {
  switch (adapter) {
    case 'aliyun-voice':
      return {
        baseUrl: `${url}/aliyun-voice`,
        accessKeyId: 'practice',
        accessKeySecret: SECRET,
        calledShowNumber: '05800000000',
        ttsCode: 'TTS_100000001',
        signature: 'pop',
      };
    case 'dingtalk-robot':
    case 'zhezhengding':
      return { baseUrl: `${url}/dingtalk` };
    case 'wecom-robot':
      return { baseUrl: `${url}/wecom` };
    case 'smtp':
      return { host: '127.0.0.1', port: smtpPort, secure: false, from: 'practice@example.invalid' };
    case 'assisted-post':
    case 'visit':
      return null;
    default:
      return {
        baseUrl: `${url}/cloud-mas`,
        ecName: '演练',
        apId: 'practice',
        secretKey: SECRET,
        sign: 'abcdef',
        addSerial: '',
      };
  }
}

/** Adapters that the simulator speaks; an SMS gateway of any other kind is rehearsed as Cloud MAS. */
const SPOKEN = ['aliyun-voice', 'dingtalk-robot', 'zhezhengding', 'wecom-robot', 'smtp', 'assisted-post', 'visit'];
/** What an HTTP gateway of another channel is rehearsed as. */
const IN_PLACE = { voice: 'aliyun-voice', email: 'smtp' };
const USUAL = [
  { key: 'mas', adapter: 'cloud-mas', costPerPart: 0.035 },
  { key: 'voice', adapter: 'aliyun-voice', costPerPart: 0.08 },
  { key: 'zhezhengding', adapter: 'zhezhengding' },
  { key: 'wecom', adapter: 'wecom-robot' },
  { key: 'mail', adapter: 'smtp' },
  { key: 'wechat', adapter: 'assisted-post' },
  { key: 'visit', adapter: 'visit' },
];

const spokenAs = ({ adapter, settings }) =>
  SPOKEN.includes(adapter) ? adapter : (IN_PLACE[settings?.channel] ?? 'cloud-mas');

/** A gateway of the office, with its key, its price and its limits, handed to the simulator. */
function rehearsed(gateway, simulator) {
  const adapter = spokenAs(gateway);
  const settings = simulated(adapter, simulator);
  const { key, limits, costPerPart, countsAscii } = gateway;
  return {
    key,
    adapter,
    ...(limits && { limits }),
    ...(costPerPart !== undefined && { costPerPart }),
    ...(countsAscii !== undefined && { countsAscii }),
    ...(settings && { settings, simulator: true }),
    ...(adapter === 'cloud-mas' && { signature: SIGNATURE }),
  };
}

/**
 * The configuration of a rehearsal: the office's own, but for everything by which it could reach anybody or take anything: the
 * ferry's files are for the product that is in service, and the roots that leave the house are its. What may hold a secret
 * (`${NAME}`) is replaced whole.
 *
 * @param {Record<string, unknown>} office the office's YAML as it is written
 * @param {{ url: string, smtpPort: number }} simulator
 */
export function practiceConfig(office, simulator) {
  const own = Array.isArray(office.gateways) ? office.gateways : [];
  const adapters = new Set(own.map(spokenAs));
  const taken = new Set(own.map(({ key }) => key));
  // What the office has no gateway for can be rehearsed all the same.
  const usual = USUAL.filter(({ adapter, key }) => !adapters.has(adapter) && !taken.has(key));
  const gateways = [...own, ...usual].map((gateway) => rehearsed(gateway, simulator));
  const robot = gateways.find(({ adapter }) => adapter === 'wecom-robot');
  const webhook = `${simulator.url}/wecom/cgi-bin/webhook/send?key=practice-notices`;
  return {
    ...office,
    synthetic: true,
    practice: true,
    server: { ...office.server, publicUrl: null, trustProxy: false, oidc: null },
    audience: { ...office.audience, folders: [] },
    ledger: { ...office.ledger, sendRoots: [] },
    gateways,
    notices: robot ? [{ for: ['approvals', 'returns', 'alarms'], gateway: robot.key, to: { webhook } }] : [],
  };
}
