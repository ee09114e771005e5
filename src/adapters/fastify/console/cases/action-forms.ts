import { availableActions } from '../../../../admin/cases/available.ts'
import type { CaseState } from '../../../../admin/cases/case-state.ts'
import type { CaseAction } from '../../../../domain/access/staff-action.ts'
import { addDays, lastWholeDays } from '../../../../domain/calendar.ts'
import { isErased } from '../../../../domain/connection/connection.ts'
import { initialSyncDays } from '../../../../domain/ingestion/sync-run.ts'
import { maxCorrectionDays } from '../../../../domain/ingestion/sync-window.ts'
import type { VerificationPrompt } from '../../kit/shell-model.ts'
import type { ActionForm } from '../page-models/console.ts'
import { actionNames } from './case-texts.ts'

const effects: Readonly<Record<CaseAction, string>> = {
  test_live:
    'Requests a fresh access token, the profiles of all three regions and the status of one report. Changes nothing.',
  sync_now: 'Starts the daily sync within seconds. The schedule stays the same.',
  retry_failed: 'Re-requests each report type whose latest report failed, for the same days.',
  load_again: 'Requests all report types for these days. The new data replaces the old.',
  cancel_run:
    'Fails the reports in progress at once. The seller sees that support stopped the sync. The next daily sync requests them again.',
  discard_pending:
    'Deletes the pending authorisation. The seller must authorise again before choosing an account.',
  mark_unauthorised:
    'Deletes the tokens and stops syncing. Loaded data stays. The seller gets an email and must authorise again.',
  disconnect:
    'Deletes the tokens, stops syncing and frees the slot. Loaded data is kept for 30 days. The seller gets an email.',
}

const buttons: Readonly<Record<CaseAction, string>> = {
  test_live: 'Test now',
  sync_now: 'Sync now',
  retry_failed: 'Retry',
  load_again: 'Reload',
  cancel_run: 'Cancel sync',
  discard_pending: 'Cancel authorisation',
  mark_unauthorised: 'Mark',
  disconnect: 'Disconnect',
}

export interface SubmittedAction {
  readonly action: CaseAction
  readonly reason: string
  readonly from: string
  readonly to: string
  readonly problem: { readonly field: 'reason' | 'days' | 'code' | 'form'; readonly sentence: string }
}

export function actionForms(
  state: CaseState,
  now: Date,
  typed: SubmittedAction | null,
  verification: VerificationPrompt | null,
): ActionForm[] {
  const available = availableActions(state, now)
  const shown = typed && !available.includes(typed.action) ? [typed.action, ...available] : available
  return shown.map(action => {
    const submitted = typed?.action === action ? typed : null
    return {
      name: action,
      label: actionNames[action],
      effect: effects[action],
      button: buttons[action],
      isDestructive:
        action === 'disconnect' || action === 'mark_unauthorised' || action === 'discard_pending',
      reason: submitted?.reason ?? '',
      days: action === 'load_again' ? daysOf(state, submitted, now) : null,
      problem: submitted?.problem ?? null,
      verification: action === 'disconnect' ? verification : null,
      isCodeWrong: submitted?.problem.field === 'code',
      problemId: `${action}-problem`,
      codeId: `${action}-code`,
    }
  })
}

function daysOf({ connection }: CaseState, typed: SubmittedAction | null, now: Date): ActionForm['days'] {
  const timezone = connection && !isErased(connection) ? connection.profile.timezone : 'UTC'
  const { from, to } = lastWholeDays(initialSyncDays, timezone, now)
  return {
    from: typed?.from ?? from,
    to: typed?.to ?? to,
    min: addDays(to, 1 - maxCorrectionDays),
    max: to,
  }
}
