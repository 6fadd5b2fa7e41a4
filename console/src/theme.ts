import { createTheme } from '@mantine/core';

/** The look of the console. build/theme-variables.ts makes a style sheet of it, styles/app.css adds to that. */
export const theme = createTheme({
  // White text on the shade below these has too little contrast to be read by all.
  primaryShade: { light: 8, dark: 8 },
  primaryColor: 'blue',
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    // Names of agents and keys are read as they are written.
    Badge: { defaultProps: { tt: 'none' } },
    // Both would hide the page's scroll bar by an inline style sheet, which the Content-Security-Policy forbids.
    Modal: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
  },
});
