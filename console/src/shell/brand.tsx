import { IconMessage2Bolt } from '@tabler/icons-react';
import classes from './shell.module.css';

export function Brand() {
  return (
    <span className={classes.brand}>
      <IconMessage2Bolt aria-hidden size={22} />
      Parley
    </span>
  );
}
