import t from 'tap'
import { failureMessages } from '../../../../src/adapters/fastify/seller/report-failure-texts.ts'

t.test('S-24 every failure of a report has one plain sentence for sellers', async t => {
  const messages = Object.entries(failureMessages)

  t.ok(messages.length > 20)
  for (const [kind, sentence] of messages) {
    t.match(sentence, /^[A-Z].*\.$/, kind)
    t.notMatch(sentence, /\d{3}|[_{}<>]|undefined|null/, kind)
  }
})
