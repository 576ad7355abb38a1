import { Controller, Get } from '@nestjs/common';
import { Needs } from '../accounts/index.js';
import { Clock, CountyTime, days } from '../platform/index.js';
import { Incidents } from '../incidents/index.js';
import { FEWEST_CASES, HALF_LIFE, incidentArithmetic, YEAR } from './assignment/weights.js';
import { Library } from './library.service.js';

const rounded = (n: number): number => Math.round(n * 10_000) / 10_000;

const FORMULA = {
  zh: `每起案件按 90 天减半折算；份额＝本类折算数÷全部折算数；系数＝份额×类型数；权重×（1＋系数）。近一年不足 ${FEWEST_CASES} 起的类型不调整，按权重矩阵原值。`,
  en: `Each case fades to half in 90 days; share = faded of the type ÷ faded of all; factor = share × number of types; weight × (1 + factor). A type with fewer than ${FEWEST_CASES} cases in a year is not moved: the matrix stands.`,
};

/** How the recorded cases move the weights of `riskMatrix` now, with every step of the arithmetic. */
@Controller('incidents/weights')
export class IncidentWeightsController {
  constructor(
    private readonly library: Library,
    private readonly incidents: Incidents,
    private readonly clock: Clock,
    private readonly county: CountyTime,
  ) {}

  @Get()
  @Needs('library.read')
  async weights() {
    const at = this.clock.now();
    const types = await this.library.types();
    const codes = types.map((type) => type.code);
    const arithmetic = incidentArithmetic(await this.incidents.byType(at - YEAR, at + 1), codes, at);
    const all = [...arithmetic.values()];
    return {
      at: this.county.iso(at),
      halfLifeDays: HALF_LIFE / days(1),
      windowDays: YEAR / days(1),
      fewestCases: FEWEST_CASES,
      types: codes.length,
      cases: all.reduce((sum, one) => sum + one.cases, 0),
      faded: rounded(all.reduce((sum, one) => sum + one.faded, 0)),
      formula: FORMULA,
      items: types.map(({ code, nameZh, nameEn }) => {
        const { cases, faded, share, factor } = arithmetic.get(code)!;
        return {
          type: code,
          nameZh,
          nameEn,
          cases,
          faded: rounded(faded),
          share: rounded(share),
          factor: rounded(factor),
          multiplier: rounded(1 + factor),
          priorStands: cases < FEWEST_CASES,
        };
      }),
    };
  }
}
