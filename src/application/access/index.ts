export { People, type Session, Sessions } from './ports.ts'
export { SignIn } from './sign-in.ts'
