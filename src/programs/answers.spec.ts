import { Type } from '@sinclair/typebox';
import { answerReader, problemCode } from './answers';

describe('the answers of a service', () => {
  it('are read where they have the form, whatever else they hold', () => {
    const read = answerReader(Type.Object({ revision: Type.Integer() }));
    expect(read('{"revision": 3, "more": 1}')).toMatchObject({ revision: 3 });
    for (const text of ['{"revision": "3"}', '[]', '<html>', '']) expect(read(text)).toBeUndefined();
  });

  it('say what went wrong by a code, or not at all', () => {
    expect(problemCode('{"status": 404, "code": "session_not_found"}')).toBe('session_not_found');
    expect(problemCode('<html>gateway</html>')).toBe('');
  });
});
