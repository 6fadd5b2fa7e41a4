import { Accordion, Badge } from '@mantine/core';
import { IconTool } from '@tabler/icons-react';
import { JsonValue } from '../../shared/json-value';
import classes from './conversation.module.css';

interface ToolCallViewProps {
  readonly name: string;
  /** Undefined where nobody has kept them. */
  readonly args?: unknown;
  readonly result: { readonly value: unknown } | undefined;
  readonly isUnderWay?: boolean;
}

/** A tool's call, closed until somebody wants to see it. */
export function ToolCallView({ name, args, result, isUnderWay = false }: ToolCallViewProps) {
  return (
    <Accordion variant="contained" chevronPosition="left" order={2} className={classes.call}>
      <Accordion.Item value="call">
        <Accordion.Control>
          <span className={classes.callName}>
            <IconTool aria-hidden size={16} />
            {name}
            {isUnderWay && (
              <Badge size="xs" variant="light" color="yellow">
                under way
              </Badge>
            )}
            {isFailure(result?.value) && (
              <Badge size="xs" variant="light" color="red">
                failed
              </Badge>
            )}
          </span>
        </Accordion.Control>
        <Accordion.Panel>
          {args !== undefined && (
            <>
              <p className={classes.part}>Arguments</p>
              <JsonValue value={args} label={`Arguments of ${name}`} />
            </>
          )}
          <p className={classes.part}>Result</p>
          {result ? (
            <JsonValue value={result.value} label={`Result of ${name}`} />
          ) : (
            <p className={classes.note}>
              {isUnderWay ? 'The tool has not answered yet.' : 'A later result has taken its place.'}
            </p>
          )}
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function isFailure(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
}
