import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { viewsFolder } from '../render.ts'
import { contrast, measurePairs, readColours } from './colour-contrast.ts'

t.test('text has a contrast of at least 4.5 and graphics of 3 in both colour schemes', async t => {
  t.equal(contrast('#000000', '#ffffff'), 21)
  t.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
  const pairs = measurePairs(readColours())
  t.ok(pairs.length > 40)
  for (const { colour, on, ratio, minRatio } of pairs) {
    t.ok(ratio.light >= minRatio, `${colour} on ${on}, light: ${ratio.light.toFixed(2)}`)
    t.ok(ratio.dark >= minRatio, `${colour} on ${on}, dark: ${ratio.dark.toFixed(2)}`)
  }
  const faintInk = '--ink: light-dark(#888888, #e9eff1);'
  const css = [...readColours()]
    .map(([name, { light, dark }]) => `--${name}: light-dark(${light}, ${dark});`)
    .join('\n')
  const pairsWithFaintInk = measurePairs(readColours(`${css}\n${faintInk}`))
  t.ok(pairsWithFaintInk.some(({ colour, ratio, minRatio }) => colour === 'ink' && ratio.light < minRatio))
})

t.test('every text colour is measured', async t => {
  const measured = new Set(measurePairs(readColours()).map(({ colour }) => colour))
  const folder = join(viewsFolder, 'assets/styles')
  const sheets = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'))
  t.ok(sheets.length > 10)
  const used = [...sheets.join('\n').matchAll(/[\s;{]color: var\(--([\w-]+)\)/g)].map(
    ([, name]) => name ?? '',
  )
  // `tone` is always one of the measured colours.
  t.strictSame(
    [...new Set(used)].filter(name => !measured.has(name) && name !== 'tone'),
    [],
  )
})
