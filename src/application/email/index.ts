export { Outbox } from './ports.ts'
