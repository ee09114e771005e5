import t from 'tap'
import { bidiIsolate } from '../../src/domain/bidi-isolate.ts'

t.test('S-08 a right-to-left name does not change the direction of the text around it', async t => {
  t.equal(bidiIsolate('متجر النور!'), '\u2068متجر النور!\u2069')
  t.equal(bidiIsolate('My Brand US'), 'My Brand US')
  t.equal(bidiIsolate('My \u202eBrand\u202c'), 'My Brand', 'direction characters in the name are removed')
})
