import { Injectable, Scope } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { Tool } from '../../src/orchestration/tools';
import { contextOf, moduleOf, toolHost } from './tools.harness';

const NOTHING = Type.Object({}, { additionalProperties: false });
const hello = { name: 'say_hello', description: 'Says hello.', parameters: NOTHING };

@Injectable()
class Greeter {
  private readonly word = 'hello';

  @Tool(hello)
  hello(): string {
    return this.word;
  }

  notATool(): string {
    return 'private';
  }
}

describe('tools at the start', () => {
  it('are found in a module that knows nothing of the registry, and run on the provider itself', async () => {
    const { registry } = await toolHost([moduleOf(Greeter)]);
    expect(registry.names()).toEqual(['say_hello']);
    expect([registry.has('say_hello'), registry.has('notATool')]).toEqual([true, false]);
    expect(await registry.run('say_hello', '{}', contextOf())).toEqual({ ok: true, output: 'hello' });
  });

  it('are told to models in the order of the names, each once, without unknown ones and nothing but JSON', async () => {
    @Injectable()
    class Second {
      @Tool({ name: 'second', description: 'Second.', parameters: Type.Object({ to: Type.String() }) })
      second(): null {
        return null;
      }
    }
    const { registry } = await toolHost([moduleOf(Greeter, Second)]);
    const specs = registry.specs(['second', 'nothing', 'say_hello', 'second']);
    expect(specs).toStrictEqual([
      {
        name: 'second',
        description: 'Second.',
        parameters: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
      },
      {
        name: 'say_hello',
        description: 'Says hello.',
        parameters: { type: 'object', properties: {}, additionalProperties: false },
      },
    ]);
    expect(() => Object.assign(specs[0]?.parameters ?? {}, { type: 'array' })).toThrow(TypeError);
  });

  it('count once where one provider stands under two tokens or comes from a factory', async () => {
    const alias = { provide: 'alias', useExisting: Greeter };
    expect((await toolHost([moduleOf(Greeter, alias)])).registry.names()).toEqual(['say_hello']);
    const made = { provide: 'made', useFactory: () => new Greeter() };
    expect((await toolHost([moduleOf(made)])).registry.names()).toEqual(['say_hello']);
  });

  it('are inherited, and gone where a subclass replaces the method by an unmarked one', async () => {
    @Injectable()
    class Heir extends Greeter {}
    @Injectable()
    class Silent extends Greeter {
      override hello(): string {
        return '';
      }
    }
    expect((await toolHost([moduleOf(Heir)])).registry.names()).toEqual(['say_hello']);
    expect((await toolHost([moduleOf(Silent)])).registry.names()).toEqual([]);
  });

  it('stop it where two have one name, naming both', async () => {
    @Injectable()
    class Impostor {
      @Tool(hello)
      hi(): string {
        return '';
      }
    }
    const start = toolHost([moduleOf(Greeter), moduleOf(Impostor)]);
    await expect(start).rejects.toMatchObject({
      code: 'tools_invalid',
      errors: [{ path: 'Impostor.hi', message: 'has the name say_hello, as has Greeter.hello' }],
    });
  });

  it.each([
    [
      'a type that does not exist',
      { type: 'object', properties: { a: { type: 'text' } } },
      /parameters: schema is invalid/,
    ],
    ['an unknown keyword', { type: 'object', propertys: {} }, /unknown keyword: "propertys"/],
    ['an unknown format', { type: 'object', properties: { a: { type: 'string', format: 'iban' } } }, /unknown format/],
    ['no object', { type: 'string' }, /of the type object/],
    ['no schema at all', [], /of the type object/],
    ['a check that takes its time', { type: 'object', $async: true }, /checked at once/],
  ])('stop it where the schema has %s', async (_, parameters, message) => {
    @Injectable()
    class Broken {
      @Tool({ name: 'broken', description: 'Broken.', parameters })
      broken(): null {
        return null;
      }
    }
    await expect(toolHost([moduleOf(Broken)])).rejects.toMatchObject({
      code: 'tools_invalid',
      errors: [{ path: 'Broken.broken', message: expect.stringMatching(message) as string }],
    });
  });

  it('stop it with all that is wrong at once', async () => {
    @Injectable()
    class Broken {
      @Tool({ name: 'a tool', description: ' ', parameters: NOTHING, timeoutMs: 0.5 })
      first(): null {
        return null;
      }

      @Tool({ name: 'second', description: 'x'.repeat(1025), parameters: NOTHING })
      second(): null {
        return null;
      }
    }
    await expect(toolHost([moduleOf(Broken)])).rejects.toMatchObject({
      errors: [
        {
          path: 'Broken.first',
          message: expect.stringMatching(/name must be.*description must be.*timeoutMs must be/) as string,
        },
        { path: 'Broken.second', message: expect.stringMatching(/^description must be/) as string },
      ],
    });
  });

  it.each([Scope.REQUEST, Scope.TRANSIENT])('stop it where the provider is made anew (scope %s)', async (scope) => {
    @Injectable({ scope })
    class Fleeting {
      @Tool(hello)
      hello(): string {
        return 'hello';
      }
    }
    await expect(toolHost([moduleOf(Fleeting)])).rejects.toMatchObject({
      code: 'tools_invalid',
      errors: [{ path: 'Fleeting.hello', message: 'belongs to a provider that is made anew for each who asks' }],
    });
  });
});
