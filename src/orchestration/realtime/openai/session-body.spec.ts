import type { RealtimeSettings } from '../realtime-model';
import { sessionBody } from './session-body';

const DEFAULTS = { transcriptionModel: 'whisper-1', withVoice: true };
const PLAIN: RealtimeSettings = { instructions: 'Be brief.', tools: [], session: {} };
/** As config/agents has it. */
const AGENT: RealtimeSettings = {
  instructions: 'Be brief.',
  voice: { name: 'en-US-AvaMultilingualNeural', type: 'azure-standard', style: 'chat', rate: '-4%', pitch: '+0%' },
  tools: [{ name: 'f', description: 'Does it.', parameters: { type: 'object' } }],
  temperature: 0.7,
  maxTokens: 2048,
  session: {
    modalities: ['text', 'audio'],
    input_audio_format: 'g711_ulaw',
    input_audio_noise_reduction: { type: 'near_field' },
    turn_detection: { type: 'azure_semantic_vad', threshold: 0.5, silence_duration_ms: 720, remove_filler_words: true },
    tool_choice: 'auto',
  },
};

describe('the session that a model is told', () => {
  it('has a place for each of the flat options in the general interface', () => {
    expect(sessionBody(AGENT, 'general', DEFAULTS)).toEqual({
      type: 'realtime',
      instructions: 'Be brief.',
      tools: [{ type: 'function', name: 'f', description: 'Does it.', parameters: { type: 'object' } }],
      tool_choice: 'auto',
      max_output_tokens: 2048,
      output_modalities: ['audio'],
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          noise_reduction: { type: 'near_field' },
          transcription: { model: 'whisper-1' },
          turn_detection: { type: 'server_vad', threshold: 0.5, silence_duration_ms: 720 },
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 }, speed: 1 },
      },
    });
  });

  it('keeps its flat names in a dated interface', () => {
    expect(sessionBody(AGENT, 'dated', DEFAULTS)).toEqual({
      instructions: 'Be brief.',
      tools: [{ type: 'function', name: 'f', description: 'Does it.', parameters: { type: 'object' } }],
      tool_choice: 'auto',
      temperature: 0.7,
      max_response_output_tokens: 2048,
      modalities: ['text', 'audio'],
      input_audio_format: 'pcm16',
      output_audio_format: 'pcm16',
      input_audio_noise_reduction: { type: 'near_field' },
      input_audio_transcription: { model: 'whisper-1' },
      turn_detection: { type: 'server_vad', threshold: 0.5, silence_duration_ms: 720 },
    });
  });

  it("has Azure's voice and turn detection where they are known", () => {
    expect(sessionBody(AGENT, 'voiceLive', DEFAULTS)).toMatchObject({
      turn_detection: AGENT.session['turn_detection'],
      voice: { name: 'en-US-AvaMultilingualNeural', type: 'azure-standard', style: 'chat', rate: '0.96', pitch: '+0%' },
    });
  });

  it('says all that a session could keep from the agent before', () => {
    expect(sessionBody(PLAIN, 'general', DEFAULTS)).toEqual({
      type: 'realtime',
      instructions: 'Be brief.',
      tools: [],
      tool_choice: 'auto',
      max_output_tokens: 'inf',
      output_modalities: ['audio'],
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          noise_reduction: null,
          transcription: { model: 'whisper-1' },
          turn_detection: { type: 'server_vad' },
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 }, speed: 1 },
      },
    });
  });

  it('takes options in the names of the general interface as well, and passes on those that it does not know', () => {
    const session = {
      truncation: 'disabled',
      max_output_tokens: 100,
      audio: {
        input: { turn_detection: null, format: { type: 'audio/pcmu' } },
        output: { voice: 'cedar', speed: 1.2 },
      },
    };
    expect(sessionBody({ ...PLAIN, session }, 'general', DEFAULTS)).toMatchObject({
      truncation: 'disabled',
      max_output_tokens: 100,
      audio: {
        input: { turn_detection: null, format: { type: 'audio/pcm' }, transcription: { model: 'whisper-1' } },
        output: { voice: 'cedar', speed: 1.2 },
      },
    });
  });

  it.each(['general', 'dated', 'voiceLive'] as const)('names no voice that may not be named (%s)', (dialect) => {
    const settings = { ...PLAIN, voice: { name: 'marin' }, session: { voice: 'cedar' } };
    expect(JSON.stringify(sessionBody(settings, dialect, DEFAULTS))).toContain('marin');
    const kept = JSON.stringify(sessionBody(settings, dialect, { ...DEFAULTS, withVoice: false }));
    expect(kept).not.toMatch(/marin|cedar/);
  });

  it("falls back on the option's voice where the agent's cannot be spoken", () => {
    const settings = { ...AGENT, session: { voice: 'cedar' } };
    expect(sessionBody(settings, 'dated', DEFAULTS)).toMatchObject({ voice: 'cedar' });
    expect(sessionBody(settings, 'general', DEFAULTS)).toMatchObject({ audio: { output: { voice: 'cedar' } } });
  });

  it('lets a model write that shall not speak', () => {
    const settings = { ...PLAIN, session: { modalities: ['text'] } };
    expect(sessionBody(settings, 'general', DEFAULTS)).toMatchObject({ output_modalities: ['text'] });
  });
});
