import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate for loopback, which is its own authority. */
export class Certificate {
  private readonly folder = mkdtempSync(join(tmpdir(), 'parley-tls-'));
  readonly file = join(this.folder, 'certificate.pem');
  private readonly keyFile = join(this.folder, 'key.pem');

  constructor() {
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', this.keyFile];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, '-out', this.file, ...names], { stdio: 'ignore' });
  }

  /** Settings of a server that takes connections with it on a port of their own, and uses it for its own. */
  settings(tlsPort: number): readonly (readonly [name: string, value: string])[] {
    return [
      ['tls-port', String(tlsPort)],
      ['tls-cert-file', this.file],
      ['tls-key-file', this.keyFile],
      ['tls-ca-cert-file', this.file],
      ['tls-auth-clients', 'no'],
      ['tls-replication', 'yes'],
    ];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
