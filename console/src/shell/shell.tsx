import { IconChartLine, IconFlask, IconHeadset } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { Brand } from './brand';
import { ConnectionBadge } from './connection-badge';
import { IdentityMenu } from './identity-menu';
import classes from './shell.module.css';
import { ThemeSwitch } from './theme-switch';

const SECTIONS = [
  { path: '/sessions', label: 'Sessions', Icon: IconHeadset },
  { path: '/experiments', label: 'Experiments', Icon: IconFlask },
  { path: '/latency', label: 'Latency', Icon: IconChartLine },
];

/** What is around every page. */
export function Shell({ children }: { readonly children: ReactNode }) {
  return (
    <>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <header className={classes.header}>
        <Brand />
        <nav aria-label="Sections" className={classes.sections}>
          {SECTIONS.map(({ path, label, Icon }) => (
            <Section key={path} path={path} label={label}>
              <Icon aria-hidden size={18} />
            </Section>
          ))}
        </nav>
        <div className={classes.tools}>
          <ConnectionBadge />
          <ThemeSwitch />
          <IdentityMenu />
        </div>
      </header>
      <main id="page" tabIndex={-1} className={classes.page}>
        {children}
      </main>
    </>
  );
}

interface SectionProps {
  readonly path: string;
  readonly label: string;
  readonly children: ReactNode;
}

function Section({ path, label, children }: SectionProps) {
  const [location] = useLocation();
  const isHere = location === path || location.startsWith(`${path}/`);
  return (
    <Link href={path} className={classes.section} aria-current={isHere ? 'page' : undefined}>
      {children}
      <span>{label}</span>
    </Link>
  );
}
