export { toJsonSafe } from '../common/json-safe';
export type { ContactInfo, CustomerProfile } from './profile';
export type { ProfileProvider } from './profile-provider';
export {
  type SessionLoaderAsyncOptions,
  SessionLoaderModule,
  type SessionLoaderOptions,
} from './session-loader.module';
export { PROFILE_CONTEXT_KEYS, type ProfileContext, type ProfileQuery, SessionLoader } from './session-loader.service';
