import t from 'tap'
import { ListedCommonPasswords } from '../../../src/adapters/security/listed-common-passwords.ts'
import { passwordProblem } from '../../../src/domain/access/password.ts'
import { Secret } from '../../../src/domain/secret.ts'

const listed = new ListedCommonPasswords()
const owner = { name: 'Sam Seller', email: 'sam@example.test' }
const problemOf = (text: string) => passwordProblem(new Secret(text), owner, word => listed.rankOf(word))

t.test('S-01 leaked passwords are rejected, and passphrases of random words are accepted', async t => {
  const leaked = [
    'password1234',
    '1q2w3e4r5t6y7u',
    '1qaz2wsx3edc4rfv',
    'administrator',
    'asdfghjkl;123',
    'changemenow1',
    'iloveyousomuch',
    'qazwsxedcrfv',
    'Qwertyuiop[]',
    'thisisapassword',
    'trustno11234',
    'Welcome2026!',
  ]
  for (const text of leaked) t.equal(problemOf(text), 'too_common', text)
  for (const text of ['a quiet river at dawn', 'violin tractor moss', 'winter sun lamp', 'open-sesame-hut'])
    t.equal(problemOf(text), null, text)
})
