import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { interpret } from '../../../src/adapters/amazon/amazon-http.ts'
import { troubleOf } from '../../../src/application/ingestion/trouble-of.ts'

const file = join(import.meta.dirname, '../../../../shared/amazon/data/derived/observed-errors.json')
const absent = existsSync(file) ? false : 'contract: ../shared/amazon/data is not beside the project'

interface Observed {
  readonly id: string
  readonly httpStatus?: number
  readonly body?: unknown
  readonly text?: string
}

/** What each error that was observed at Amazon's APIs means to a report. */
const meanings: Readonly<Record<string, string>> = {
  'ads.gateway.401.invalid_token': 'token_refused',
  'ads.gateway.401.client_mismatch': 'our_client',
  'ads.gateway.401.no_profile_access': 'rights_lost',
  'ads.profiles.401': 'token_refused',
  'ads.404': 'report_gone',
  'ads.400.agency': 'our_request',
  'rep.400.columns': 'our_request',
  'rep.400.range': 'our_request',
  'rep.400.retention': 'our_request',
  'rep.400.report_type': 'our_request',
  'rep.400.filter': 'our_request',
  'rep.400.scope': 'account_unknown',
  'rep.404': 'report_gone',
  'rep.429': 'throttled',
  // Its id is taken by the order; without one it is waited out.
  'rep.425.duplicate': 'foreign_duplicate',
}

t.test('contract: every error that was observed at Amazon has its name', { skip: absent }, async t => {
  const { entries } = JSON.parse(readFileSync(file, 'utf8')) as { entries: Observed[] }
  let compared = 0
  for (const { id, httpStatus, body, text } of entries) {
    if (!httpStatus || httpStatus < 400 || !/^(ads|rep)\./.test(id)) continue
    const answer = {
      status: httpStatus,
      headers: new Headers(),
      text: body ? JSON.stringify(body) : (text ?? ''),
    }
    try {
      interpret(answer, id === 'rep.404' || id === 'ads.404' ? 'look' : 'order')
      t.fail(`${id} was taken for a success`)
    } catch (error) {
      const trouble = troubleOf(error)?.trouble ?? 'our_defect'
      t.equal(trouble, meanings[id], id)
    }
    compared += 1
  }
  t.ok(compared >= 15, `${compared} were compared`)
})
