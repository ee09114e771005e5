import t from 'tap'
import { demandRemark, longestRemark } from '../../../src/domain/help/remark.ts'
import { asAnswered, asAsked, helpStates, putInto } from '../../../src/domain/help/standing.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { anId, minutesLater, noon } from '../../support/examples.ts'

t.test('S-30 a staff comment is stored as a reader sees it, with a minimum and a maximum length', async t => {
  t.equal(demandRemark(' One\r\ntwo\rthree\u0000\ud800\u202f '), 'One\ntwo\nthree\ufffd')
  for (const nothing of ['', ' \n\t', '\u0000\u0007'])
    t.throws(() => demandRemark(nothing), { code: 'remark_refused', fault: 'nothing_said' })
  const longest = 'x'.repeat(longestRemark)
  t.equal(demandRemark(` ${longest} `), longest)
  t.throws(() => demandRemark(`${longest}x`), { code: 'remark_refused', fault: 'too_long' })
})

t.test('S-30 a new request is open and can change to any other status', async t => {
  const by = anId<PersonId>()
  t.strictSame(asAsked(noon), { state: 'open', since: noon, by: null })
  for (const from of helpStates) {
    for (const to of helpStates) {
      const next = putInto({ state: from, since: noon, by: null }, to, by, minutesLater(1))
      t.strictSame(next, from === to ? null : { state: to, since: minutesLater(1), by }, `${from} to ${to}`)
    }
  }
  t.strictSame(asAnswered(by, noon), { state: 'waiting', since: noon, by })
})
