import { conflict, invalidInput, notFound, type InputMistake, type Problem } from '../platform/index.js';

type Refusal =
  | 'notFound'
  | 'illegalMove'
  | 'invalid'
  | 'ownCampaign'
  | 'targetedRequired'
  | 'remarkRequired'
  | 'magnitudeMismatch'
  | 'needsSensitiveRight'
  | 'neverOccurs'
  | 'altered'
  | 'changed'
  | 'scriptNotReady'
  | 'approvalExpired'
  | 'notActive'
  | 'repeatNeedsReason';

const required = (path: string, message: string): Problem => invalidInput([{ path, code: 'required', message }]);
const statusOf = (detail: unknown): string => String((detail as { status?: unknown } | undefined)?.status ?? 'unknown');

/** The answer to a refusal of this room, about campaigns and their runs alike. */
export function campaignProblem({ error, detail }: { readonly error: Refusal; readonly detail?: unknown }): Problem {
  switch (error) {
    case 'notFound':
      return notFound();
    case 'invalid':
      return invalidInput(detail as InputMistake[]);
    case 'illegalMove':
      return conflict('illegal_move', `This is ${statusOf(detail)}; that does not allow it.`, {
        state: statusOf(detail),
      });
    case 'ownCampaign':
      return conflict('own_campaign', 'Nobody approves what they made, edited or submitted.');
    case 'targetedRequired':
      return required('/targeted', 'give the number of targeted that you read in the pre-flight');
    case 'remarkRequired':
      return required('/remark', 'a return needs a remark that says why');
    case 'magnitudeMismatch':
      return conflict(
        'magnitude_mismatch',
        'The number that you read is not the one of the pre-flight: look at it again.',
      );
    case 'needsSensitiveRight':
      return conflict('needs_sensitive_right', 'Its segment needs an approver who may read sensitive tags.');
    case 'neverOccurs':
      return conflict('never_occurs', 'From now on it never occurs: change its cadence.');
    case 'scriptNotReady':
      return conflict('script_not_ready', 'A wording that it names is neither approved nor in review: return it.');
    case 'approvalExpired':
      return conflict('approval_expired', 'Its approval has run out: have it approved anew, then it goes on.');
    case 'changed':
      return conflict('changed', 'The version in review is not the one that you read: look at it again.');
    case 'altered':
      return conflict('altered', 'The definition is not the one that was submitted: return it.');
    case 'notActive':
      return conflict('not_active', `Only an active campaign runs; this one is ${statusOf(detail)}.`, {
        state: statusOf(detail),
      });
    case 'repeatNeedsReason':
      return conflict(
        'repeat_needs_reason',
        'The same content went to the same segment a short time ago: give a reason.',
      );
    default:
      return error satisfies never;
  }
}
