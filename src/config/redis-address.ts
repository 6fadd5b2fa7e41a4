export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/;

/** Reads `host:port,…`; IPv6 addresses stand in brackets. Undefined for anything else. */
export function parseAddresses(text: string): readonly RedisAddress[] | undefined {
  const addresses = text.split(',').map((entry) => {
    const [, ipv6, name, port] = ADDRESS.exec(entry.trim()) ?? [];
    return { host: ipv6 ?? name ?? '', port: Number(port) };
  });
  return addresses.every(({ host, port }) => host !== '' && port >= 1 && port <= 65_535) ? addresses : undefined;
}
