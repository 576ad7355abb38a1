import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import { Caller, InPerson, Needs, type Actor } from '../../accounts/index.js';
import { invalidInput } from '../../platform/index.js';
import { SubjectAccess } from './subject-access.service.js';

const subjectAccessBody = z.strictObject({
  phone: z.string().min(1).max(40),
  identityCheck: z.strictObject({
    method: z.enum(['idCard', 'householdRegister', 'passport', 'policeCertificate']),
    remark: z.string().trim().min(2, 'who was seen, and where: it stands in the ledger').max(200),
  }),
});

@Controller('people')
export class SubjectAccessController {
  constructor(private readonly access: SubjectAccess) {}

  /** Everything held about one phone, for its owner, who has shown in person that it is theirs. */
  @Post('subject-access')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Needs('lookup', 'people.reveal')
  @InPerson()
  async document(
    @Body({ schema: subjectAccessBody }) body: z.output<typeof subjectAccessBody>,
    @Caller() caller: Actor,
  ) {
    const document = await this.access.of(body.phone, body.identityCheck, caller);
    if (!document) throw invalidInput([{ path: '/phone', code: 'invalid_phone', message: 'is no phone number' }]);
    return document;
  }
}
