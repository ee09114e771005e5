import t from 'tap'
import { HttpBrowser } from '../browser/http-browser.ts'
import { startTestProduct } from '../product/test-product.ts'
import { respondWith, startTestServer } from '../servers/answering-server.ts'
import { assertNoToken, scanForTokens } from './token-scan.ts'

t.test('S-12 the token scan finds a token in any encoding', async t => {
  for (const text of ['Atza|IwEB', 'xAtzr%7CIwEB', 'atza&#124;x', '{"t":"Atzr\\u007cIw"}']) {
    t.throws(() => assertNoToken(text, 'here'), /an Amazon token is in here/)
    t.throws(
      () => assertNoToken(text, 'here'),
      { message: /^(?!.*IwEB)/ },
      'the message does not repeat the token',
    )
  }
  t.doesNotThrow(() => assertNoToken('Atlanta | amzn1.account.X', 'here'))
})

t.test('S-12 the token scan finds planted tokens in tables, the log, pages and headers', async t => {
  const product = await startTestProduct(t)
  const logged = () => '{"msg":"Atzr|IwEB"}'
  await t.rejects(scanForTokens({ query: product.query, logged }), /the log/)

  const { id } = await product.newUser()
  await product.query('update app_user set name = $2 where id = $1', [id, 'Atza|planted'])
  await t.rejects(scanForTokens(product), /the table public\.app_user/)
  await product.query('delete from app_user')
  await product.query(`create table agenda_copy as select '{"data":"Atzr|x"}'::jsonb as data`)
  await t.rejects(scanForTokens(product), /the table public\.agenda_copy/)
  await product.query('drop table agenda_copy')

  const page = await startTestServer(t, respondWith(200, 'Atza|x'))
  await t.rejects(new HttpBrowser(page).open('/'), /the page \//)
  const header = await startTestServer(t, respondWith(200, '', { 'set-cookie': 'x=Atzr%7Cx' }))
  await t.rejects(new HttpBrowser(header).open('/'), /the headers of \//)
})
