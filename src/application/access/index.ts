export { ChangeRole } from './change-role.ts'
export { ChangeSubscription, type Taken } from './change-subscription.ts'
export { People, type Session, Sessions } from './ports.ts'
export { SignIn } from './sign-in.ts'
