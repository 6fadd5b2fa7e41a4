export { SentenceCutter } from './sentence-cutter';
