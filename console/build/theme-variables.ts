import { convertCssVariables, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core';
import type { Plugin } from 'vite';
import { theme } from '../src/theme';

const NAME = 'virtual:theme-variables.css';
const RESOLVED = `\0${NAME}`;

/**
 * The theme's variables as a style sheet. At run time they would be written into an inline `<style>`, which the
 * Content-Security-Policy of the console forbids.
 */
export function themeVariables(): Plugin {
  return {
    name: 'theme-variables',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? styleSheet() : undefined),
  };
}

function styleSheet(): string {
  const resolved = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  return convertCssVariables(resolved, ':root');
}
