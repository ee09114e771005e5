import t from 'tap'
import { maxCommentLength, parseComment } from '../../../src/domain/help/comment.ts'
import {
  changeStatus,
  initialStatus,
  statusAfterReply,
  supportRequestStatuses,
} from '../../../src/domain/help/status.ts'
import type { UserId } from '../../../src/domain/identifiers.ts'
import { anId, minutesLater, noon } from '../../support/examples.ts'

t.test('S-30 a staff comment is normalised and has a minimum and a maximum length', async t => {
  t.equal(parseComment(' One\r\ntwo\rthree\u0000\ud800\u202f '), 'One\ntwo\nthree\ufffd')
  for (const blank of ['', ' \n\t', '\u0000\u0007', '\u200b\u3164'])
    t.throws(() => parseComment(blank), { code: 'invalid_comment', problem: 'empty' })
  const longest = 'x'.repeat(maxCommentLength)
  t.equal(parseComment(` ${longest} `), longest)
  t.throws(() => parseComment(`${longest}x`), { code: 'invalid_comment', problem: 'too_long' })
})

t.test('S-30 a new request is open and can change to any other status', async t => {
  const by = anId<UserId>()
  t.strictSame(initialStatus(noon), { state: 'open', since: noon, by: null })
  for (const from of supportRequestStatuses) {
    for (const to of supportRequestStatuses) {
      const next = changeStatus({ state: from, since: noon, by: null }, to, by, minutesLater(1))
      t.strictSame(next, from === to ? null : { state: to, since: minutesLater(1), by }, `${from} to ${to}`)
    }
  }
  t.strictSame(statusAfterReply(by, noon), { state: 'waiting_on_customer', since: noon, by })
})
