import { z } from 'zod';
import type { Params } from './aliyun-signature.js';

/** What SingleCallByTts was asked to do, checked against the reference's table (§5.1). */
export interface Call {
  callee: string;
  caller: string;
  content: string;
  outId: string;
}

/** A business refusal: it comes with HTTP 200. */
export interface CallRefusal {
  code: string;
  message: string;
}

const refuse = (code: string, message: string): CallRefusal => ({ code, message });
const MAX_VARIABLE_CHARS = 250;
const mainlandMobile = /^1\d{10}$/;
const landline = /^0\d{9,11}$/;

const ranges: [name: string, least: number, most: number][] = [
  ['PlayTimes', 1, 3],
  ['Volume', 0, 100],
  ['Speed', -500, 500],
];

/** Reads a call from its decoded parameters. */
export function readCall(params: Params): Call | CallRefusal {
  const callee = params.get('CalledNumber') ?? '';
  const ttsCode = params.get('TtsCode') ?? '';
  const ttsParam = params.get('TtsParam') ?? '';
  const outId = params.get('OutId');
  if (!mainlandMobile.test(callee) && !landline.test(callee)) {
    return refuse('isv.MOBILE_NUMBER_ILLEGAL', '被叫号码不合法');
  }
  if (ttsCode === '') return refuse('isv.TTS_TEMPLATE_ILLEGAL', '文本转语音模板不合法');
  const refused = checkVariables(ttsParam) ?? checkRanges(params);
  if (refused) return refused;
  if (outId !== undefined && (outId === '' || Buffer.byteLength(outId) > 15)) {
    return refuse('isv.INVALID_PARAMETERS', 'OutId takes 1 to 15 bytes');
  }
  const caller = params.get('CalledShowNumber') ?? '';
  return { callee, caller, outId: outId ?? '', content: ttsParam === '' ? ttsCode : `${ttsCode} ${ttsParam}` };
}

const variablesShape = z.record(z.string(), z.union([z.string(), z.number()]));

function checkVariables(ttsParam: string): CallRefusal | undefined {
  if (ttsParam === '') return undefined;
  const variables = variablesShape.safeParse(jsonOf(ttsParam));
  if (!variables.success) return refuse('isv.TEMPLATE_PARAMS_ILLEGAL', '模板变量不合法');
  const values = Object.values(variables.data).map(String);
  if (values.join('').length >= MAX_VARIABLE_CHARS) return refuse('isv.PARAM_LENGTH_LIMIT', '参数超出长度限制');
  return values.some((value) => /https?:\/\/|www\./i.test(value))
    ? refuse('isv.PARAM_NOT_SUPPORT_URL', '变量不支持传入URL')
    : undefined;
}

function checkRanges(params: Params): CallRefusal | undefined {
  const wrong = ranges.find(([name, least, most]) => {
    const text = params.get(name);
    return text !== undefined && (!/^-?\d{1,4}$/.test(text) || Number(text) < least || Number(text) > most);
  });
  return wrong && refuse('isv.INVALID_PARAMETERS', `${wrong[0]} takes ${wrong[1]} to ${wrong[2]}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
