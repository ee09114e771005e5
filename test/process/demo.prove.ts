import { spawn } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { endOf } from '../support/child-process.ts'

async function demo(...words: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['test/journeys/demo.ts', ...words], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const code = await endOf(child, { seconds: 300, printed: () => said })
  return { code, said }
}

t.test('S-25 the demo walks from sign-in to figures that equal Amazon’s files', async t => {
  const { code, said } = await demo('--headless')

  t.equal(code, 0, said)
  for (const step of [
    'welcome screen',
    'account picker',
    'waiting screen',
    'ready, 15 of 15',
    'to the cent',
  ]) {
    t.match(said, step)
  }
})

t.test('S-25 one cent more in one served row makes the demo fail', async t => {
  const { code, said } = await demo('--headless', '--one-cent-more')

  t.equal(code, 1)
  t.match(said, /The figures differ:\n {2}cost: the dashboard shows (\d+), the truth is (\d+)/)
})

t.test('without --headless the demo shows its usage', async t => {
  const { code, said } = await demo()

  t.equal(code, 2)
  t.match(said, 'npm run demo -- --headless')
})
