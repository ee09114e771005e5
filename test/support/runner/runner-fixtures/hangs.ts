import t from 'tap'

t.test('never ends', async () => {
  await new Promise(() => setInterval(() => undefined, 1000))
})
