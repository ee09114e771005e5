import t from 'tap'
import * as access from '../src/application/access/index.ts'
import * as connection from '../src/application/connection/index.ts'
import * as ingestion from '../src/application/ingestion/index.ts'
import * as message from '../src/application/mail/index.ts'
import * as performance from '../src/application/performance/index.ts'
import { startTestProduct } from './support/test-product.ts'

t.test('the container provides every exported use case and port as a single instance', async t => {
  const { container } = (await startTestProduct(t)).product
  const modules = Object.entries({ access, connection, ingestion, message, performance })
  for (const [name, module] of modules) {
    const classes = Object.values<unknown>(module).filter(isClass)
    t.ok(classes.length > 0, `${name} has use cases`)
    for (const each of classes) {
      const made = container.get<object>(each)
      t.ok(made instanceof each, `${name}: ${each.name}`)
      t.equal(container.get(each), made)
    }
  }
})

const isClass = (value: unknown): value is new () => object =>
  typeof value === 'function' &&
  /^class\b/.test(Function.prototype.toString.call(value)) &&
  !(value.prototype instanceof Error)
