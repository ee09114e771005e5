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
  'ads.gateway.401.client_mismatch': 'token_refused',
  'ads.gateway.401.no_profile_access': 'rights_lost',
  'ads.profiles.401': 'token_refused',
  'ads.404': 'report_gone',
  'rep.404': 'report_gone',
  'rep.429': 'throttled',
  // Its id is taken by the order; without one it is waited out.
  'rep.425.duplicate': 'foreign_duplicate',
}

t.test('contract: every error that was observed at Amazon has its name', { skip: absent }, async t => {
  const { entries } = JSON.parse(readFileSync(file, 'utf8')) as { entries: Observed[] }
  let compared = 0
  for (const { id, httpStatus, body, text } of entries) {
    if (!httpStatus || httpStatus < 400 || !/^(ads|rep|s3)\./.test(id)) continue
    const answer = {
      status: httpStatus,
      headers: new Headers(),
      text: body ? JSON.stringify(body) : (text ?? ''),
    }
    try {
      interpret(answer)
      t.fail(`${id} was taken for a success`)
    } catch (error) {
      const trouble = troubleOf(error)?.trouble ?? 'our_defect'
      if (meanings[id]) t.equal(trouble, meanings[id], id)
      else if (httpStatus === 429) t.equal(trouble, 'throttled', id)
      else if (httpStatus >= 500) t.equal(trouble, 'unreachable', id)
      else t.match(trouble, /refused|report_gone|token_refused/, id)
    }
    compared += 1
  }
  t.ok(compared >= 15, `${compared} were compared`)
})
