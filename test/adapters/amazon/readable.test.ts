import t from 'tap'
import { sanitiseText } from '../../../src/adapters/amazon/amazon-http.ts'

t.test('S-29 a name keeps its letters but loses control and text-direction characters', async t => {
  t.equal(sanitiseText('مرحبا 🧘‍♀️ Zoë\tand\nmore'), 'مرحبا 🧘‍♀️ Zoë\tand\nmore')
  for (const control of ['\u0000', '\u001b', '\u202a', '\u202e', '\u2066', '\u2069']) {
    t.equal(sanitiseText(`Good${control}evil brand`), 'Good evil brand')
  }
  t.equal(sanitiseText('half \ud83e'), 'half \ufffd')
})
