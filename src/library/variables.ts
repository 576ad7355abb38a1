/** What a script may name. The first four are the office's, the last two the recipient's. */
export const TEMPLATE_VARIABLES = ['callerName', 'hotline', 'hotlineSpoken', 'officeName', 'name', 'township'] as const;
export type TemplateVariable = (typeof TEMPLATE_VARIABLES)[number];

export type OfficeVariables = Readonly<Record<'callerName' | 'hotline' | 'hotlineSpoken' | 'officeName', string>>;

const SPOKEN = ['零', '幺', '二', '三', '四', '五', '六', '七', '八', '九'];

/** A number as Chinese is spoken on the telephone: 96110 is 九六幺幺零. */
export const spokenDigits = (digits: string): string => digits.replace(/\d/g, (digit) => SPOKEN[Number(digit)]!);

/** The office's own variables, the same in every message of the deployment. */
export const officeVariables = (config: {
  readonly office: { readonly name: string; readonly callerName: string; readonly hotline: string };
}): OfficeVariables => ({
  callerName: config.office.callerName,
  hotline: config.office.hotline,
  hotlineSpoken: spokenDigits(config.office.hotline),
  officeName: config.office.name,
});
