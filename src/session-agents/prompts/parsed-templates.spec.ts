import { ParsedTemplates } from './parsed-templates';
import { createTemplateEngine } from './template-engine';

const engine = createTemplateEngine({ maxCharacters: 1000, renderTimeoutMs: 100, memoryLimit: 1000 });

describe('ParsedTemplates', () => {
  it('parses a text once', () => {
    const templates = new ParsedTemplates(engine, 100);
    expect(templates.get('{{ a }}')).toBe(templates.get('{{ a }}'));
    expect(templates.get('{{ a }}')).not.toBe(templates.get('{{ b }}'));
  });

  it('remembers faults as well', () => {
    const templates = new ParsedTemplates(engine, 100);
    expect(templates.get('{{ a').issues).toHaveLength(1);
    expect(templates.get('{{ a')).toBe(templates.get('{{ a'));
  });

  it('keeps the last used, as many as fit', () => {
    const templates = new ParsedTemplates(engine, 20);
    const [first, second] = [templates.get('{{ 1 }}'), templates.get('{{ 2 }}')];
    expect(templates.get('{{ 1 }}')).toBe(first);
    templates.get('{{ 3 }}');
    expect(templates.get('{{ 1 }}')).toBe(first);
    expect(templates.get('{{ 2 }}')).not.toBe(second);
  });

  it('keeps nothing of a text that is larger than all it may keep', () => {
    const templates = new ParsedTemplates(engine, 5);
    expect(templates.get('{{ 1 }}')).not.toBe(templates.get('{{ 1 }}'));
  });
});
