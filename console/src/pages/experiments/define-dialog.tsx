import {
  ActionIcon,
  Alert,
  Button,
  Fieldset,
  Group,
  JsonInput,
  Modal,
  NumberInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { ConsoleError, messageOf } from '../../api/console-error';
import { issuesAt } from '../agents/issues';
import { useDefine } from './experiments-api';
import classes from './experiments.module.css';
import { definitionOf, EMPTY_FORM, type ExperimentForm, type VariantForm } from './experiment-form';

interface DefineDialogProps {
  readonly onClose: () => void;
  readonly onDefined: (id: string) => void;
}

/** Defines an experiment, as a draft. The first variant is the control. */
export function DefineDialog({ onClose, onDefined }: DefineDialogProps) {
  const [form, setForm] = useState<ExperimentForm>(EMPTY_FORM);
  const define = useDefine();
  const { definition, issues: own } = definitionOf(form);
  const issues = [...own, ...(define.error instanceof ConsoleError ? define.error.issues : [])];
  const change = (part: Partial<ExperimentForm>) => setForm({ ...form, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (definition) define.mutate(definition, { onSuccess: ({ id }) => onDefined(id) });
  };
  return (
    <Modal opened onClose={onClose} title="Define an experiment" size="lg">
      <form onSubmit={submit} className={classes.parts}>
        <TextInput
          label="Name"
          description="Letters, digits, dots and dashes"
          required
          value={form.id}
          onChange={(event) => change({ id: event.currentTarget.value })}
          error={issuesAt(issues, '/id')}
          data-autofocus
        />
        <Textarea
          label="What is to be found out"
          value={form.description}
          maxLength={1000}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
        <TextInput
          label="Agent"
          description="The base agent that the variants change, such as FraudAgent"
          required
          value={form.agent}
          onChange={(event) => change({ agent: event.currentTarget.value })}
          error={issuesAt(issues, '/agent')}
        />
        <NumberInput
          label="New calls that join"
          suffix=" %"
          min={0}
          max={100}
          value={form.percent}
          onChange={(percent) => change({ percent: Number(percent) })}
          error={issuesAt(issues, '/traffic')}
        />
        <Variants form={form} issues={issues} onChange={(variants) => change({ variants })} />
        {define.isError && (
          <Alert role="alert" color="red" title="It was not defined">
            {messageOf(define.error)}
          </Alert>
        )}
        <Group justify="end">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={define.isPending} disabled={!definition}>
            Define as draft
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

interface VariantsProps {
  readonly form: ExperimentForm;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly onChange: (variants: readonly VariantForm[]) => void;
}

function Variants({ form: { variants }, issues, onChange }: VariantsProps) {
  const change = (index: number, part: Partial<VariantForm>) =>
    onChange(variants.map((variant, at) => (at === index ? { ...variant, ...part } : variant)));
  return (
    <>
      {variants.map((variant, index) => (
        <Fieldset key={variant.key} legend={index === 0 ? 'Control' : `Variant ${index}`}>
          <Group align="start" grow>
            <TextInput
              label="Name"
              required
              value={variant.name}
              onChange={(event) => change(index, { name: event.currentTarget.value })}
              error={issuesAt(issues, `/variants/${index}/name`)}
            />
            <NumberInput
              label="Weight"
              min={0}
              value={variant.weight}
              onChange={(weight) => change(index, { weight: Number(weight) })}
              error={issuesAt(issues, `/variants/${index}/weight`)}
            />
          </Group>
          <JsonInput
            label="What it uses instead"
            description="Any of prompt, voice, model, tools, templateVars, greeting, as JSON; nothing for the agent as it is"
            placeholder='{"greeting": "Hello {{ caller_name }}"}'
            value={variant.overrides}
            onChange={(overrides) => change(index, { overrides })}
            error={issuesAt(issues, `/variants/${index}/overrides`)}
            autosize
            minRows={2}
            mt="sm"
          />
          {variants.length > 2 && index > 0 && (
            <Group justify="end" mt="xs">
              <ActionIcon
                variant="subtle"
                aria-label={`Remove variant ${index}`}
                onClick={() => onChange(variants.filter((_, at) => at !== index))}
              >
                <IconTrash aria-hidden size={16} />
              </ActionIcon>
            </Group>
          )}
        </Fieldset>
      ))}
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          The control is what the others are compared with.
        </Text>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus aria-hidden size={14} />}
          onClick={() => onChange([...variants, { key: crypto.randomUUID(), name: '', weight: 1, overrides: '' }])}
        >
          One more variant
        </Button>
      </Group>
    </>
  );
}
