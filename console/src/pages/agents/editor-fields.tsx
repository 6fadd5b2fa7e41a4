import { JsonInput, TagsInput, Textarea } from '@mantine/core';
import classes from './agents.module.css';
import { type DraftIssue, MODEL_MEMBERS, VOICE_MEMBERS } from './draft';
import { issuesAt } from './issues';
import { MemberFields } from './member-fields';
import { OverridableField } from './overridable-field';
import type { DraftState } from './use-draft';

interface EditorFieldsProps {
  readonly state: DraftState;
  readonly issues: readonly DraftIssue[];
  /** Names of tools that can be chosen from. */
  readonly tools: readonly string[];
  readonly isReadOnly: boolean;
}

/** The fields that a session can override. */
export function EditorFields({ state, issues, tools, isReadOnly }: EditorFieldsProps) {
  const { draft, basis, change } = state;
  const { base } = basis;
  const frame = { state, isReadOnly };
  const members = { issues, isReadOnly };
  return (
    <>
      <OverridableField field="prompt" {...frame}>
        <Textarea
          label="Prompt"
          description="Liquid template of the system prompt"
          value={draft.prompt}
          onChange={(event) => change({ prompt: event.currentTarget.value })}
          error={issuesAt(issues, '/prompt')}
          autosize
          minRows={6}
          maxRows={22}
          className={classes.template}
          readOnly={isReadOnly}
          spellCheck={false}
        />
      </OverridableField>
      <OverridableField field="greeting" {...frame}>
        <Textarea
          label="Greeting"
          description="Liquid template of the first words"
          value={draft.greeting}
          onChange={(event) => change({ greeting: event.currentTarget.value })}
          error={issuesAt(issues, '/greeting')}
          autosize
          minRows={2}
          className={classes.template}
          readOnly={isReadOnly}
          spellCheck={false}
        />
      </OverridableField>
      <OverridableField field="voice" {...frame}>
        <MemberFields
          legend="Voice"
          path="/voice"
          names={VOICE_MEMBERS}
          texts={draft.voice}
          base={base.voice}
          onChange={(voice) => change({ voice })}
          {...members}
        />
      </OverridableField>
      <OverridableField field="model" {...frame}>
        <MemberFields
          legend="Model"
          path="/model"
          names={MODEL_MEMBERS}
          texts={draft.model}
          base={base.model}
          onChange={(model) => change({ model })}
          {...members}
        >
          <JsonInput
            label="More options"
            description="What the vendor understands beside these, as JSON"
            placeholder='{"seed": 7}'
            value={draft.modelOptions}
            onChange={(modelOptions) => change({ modelOptions })}
            autosize
            minRows={2}
            mt="sm"
            className={classes.template}
            readOnly={isReadOnly}
          />
        </MemberFields>
      </OverridableField>
      <OverridableField field="tools" {...frame}>
        <TagsInput
          label="Tools"
          description="What the agent may call"
          data={[...tools]}
          value={[...draft.tools]}
          onChange={(chosen) => change({ tools: chosen })}
          error={issuesAt(issues, '/tools')}
          readOnly={isReadOnly}
        />
      </OverridableField>
      <OverridableField field="templateVars" {...frame}>
        <JsonInput
          label="Variables"
          description={`Over those of the agent, as JSON. It has ${JSON.stringify(base.templateVars)}.`}
          placeholder='{"tone": "calm"}'
          value={draft.templateVars}
          onChange={(templateVars) => change({ templateVars })}
          error={issuesAt(issues, '/templateVars')}
          autosize
          minRows={2}
          className={classes.template}
          readOnly={isReadOnly}
        />
      </OverridableField>
    </>
  );
}
