export type { AudioChunk, AudioFormat } from './audio';
export { SentenceCutter } from './sentence-cutter';
export type { RecognitionRequest, SpeechEvent, SpeechRecognizer } from './speech-recognizer';
export type { SpeechSynthesizer, SynthesisRequest } from './speech-synthesizer';
