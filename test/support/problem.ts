import type { Problem } from '../../src/api/problem/problem';
import { ERROR_CATALOGUE, type ErrorCode } from '../../src/common/error-catalogue';
import type { Answer } from './service';

/** Expects an answer to be the RFC 9457 problem of a code, whole and in its media type; gives it back. */
export function expectProblem(answer: Answer<unknown>, code: ErrorCode): Problem {
  const problem = answer.body as Problem;
  const { title, status } = ERROR_CATALOGUE[code] as { title: string; status: number };
  expect({ status: answer.status, code: problem?.code, text: answer.text }).toMatchObject({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(problem).toMatchObject({ type: `urn:parley:error:${code}`, title, status, code });
  const known = ['type', 'title', 'status', 'code', 'detail', 'errors'];
  expect(Object.keys(problem).filter((field) => !known.includes(field))).toEqual([]);
  return problem;
}

/** Expects a refused request, with something said about each of the paths. */
export function expectInvalid(answer: Answer<unknown>, ...paths: string[]): Problem {
  const problem = expectProblem(answer, 'validation_failed');
  expect(problem.errors?.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
  for (const { message } of problem.errors ?? []) expect(message).not.toBe('');
  return problem;
}
