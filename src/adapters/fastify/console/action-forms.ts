import { availableActions, type ReadCase } from '../../../admin/index.ts'
import type { CaseAction } from '../../../domain/access/staff-action.ts'
import { addDays, lastWholeDays } from '../../../domain/calendar.ts'
import { isErased } from '../../../domain/connection/connection.ts'
import { firstLoadingDays } from '../../../domain/ingestion/run.ts'
import { correctedDays } from '../../../domain/ingestion/sync.ts'
import type { ActionForm } from '../page-models/console.ts'
import { actionNames } from './case-words.ts'

const effects: Readonly<Record<CaseAction, string>> = {
  test_live:
    'Amazon is asked for a fresh access token, for the profiles of its three regions and for the status of one report. Nothing is changed.',
  sync_now: 'The daily sync begins within seconds, as if its time had come. The next one is as planned.',
  retry_failed: 'Each type of report that failed last is asked for again, for the same days.',
  load_again:
    'Every type of report is asked for again for these days; what is loaded takes the place of what was.',
  cancel_run:
    'What is on its way fails at once, and the seller reads that support stopped it. The next daily sync asks for it again.',
  discard_pending:
    'What the seller allowed at Amazon is erased. They have to allow it again before they can choose an account.',
  mark_unauthorised:
    'The tokens are erased and syncing stops; what was loaded stays. The seller is told by mail and has to authorise again.',
  disconnect:
    'The tokens are erased, syncing stops and the slot is free. What was loaded is kept for 30 days. The seller is told by mail.',
}

const buttons: Readonly<Record<CaseAction, string>> = {
  test_live: 'Test it now',
  sync_now: 'Sync now',
  retry_failed: 'Ask again',
  load_again: 'Load again',
  cancel_run: 'Cancel the loading',
  discard_pending: 'Discard it',
  mark_unauthorised: 'Mark it',
  disconnect: 'Disconnect',
}

export interface TypedAction {
  readonly action: CaseAction
  readonly reason: string
  readonly from: string
  readonly to: string
  readonly problem: { readonly field: 'reason' | 'days' | 'form'; readonly sentence: string }
}

/** A rejected form stays, even if its action is no longer possible. */
export function actionForms(read: ReadCase, now: Date, typed: TypedAction | null): ActionForm[] {
  const available = availableActions(read, now)
  const shown = typed && !available.includes(typed.action) ? [typed.action, ...available] : available
  return shown.map(action => {
    const its = typed?.action === action ? typed : null
    return {
      name: action,
      label: actionNames[action],
      effect: effects[action],
      button: buttons[action],
      isGrave: action === 'disconnect' || action === 'mark_unauthorised' || action === 'discard_pending',
      reason: its?.reason ?? '',
      days: action === 'load_again' ? daysOf(read, its, now) : null,
      problem: its?.problem ?? null,
    }
  })
}

function daysOf({ connection }: ReadCase, typed: TypedAction | null, now: Date): ActionForm['days'] {
  const timezone = connection && !isErased(connection) ? connection.profile.timezone : 'UTC'
  const { from, to } = lastWholeDays(firstLoadingDays, timezone, now)
  return { from: typed?.from ?? from, to: typed?.to ?? to, least: addDays(to, 1 - correctedDays), most: to }
}
