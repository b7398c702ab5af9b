import { BlockList, isIP } from 'node:net';

/**
 * Networks that are ours, our neighbours' or nobody's (RFC 6890 and its registries): an address
 * that somebody gives us may not lead there. Those that wrap an IPv4 address which may be one of
 * these (6to4, Teredo, NAT64) are among them; IPv4-mapped ones BlockList unwraps itself.
 */
const privateNetworks = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Whether we connect to an address at all. */
export type IsReachable = (address: string) => boolean;

/** Where the neighbours of this host live, and the machines of a lab. */
const nearbyNetworks: ReadonlySet<string> = new Set([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
]);

/** Every public address, and those of the networks allowed: `192.168.10.0/24`, `10.1.2.3`. */
export function reachable(allowed: readonly string[]): IsReachable {
  return reachableOutside(privateNetworks, allowed);
}

/** Also those of private networks; still not this host, nor what is special to its link. */
export function reachableNearby(allowed: readonly string[]): IsReachable {
  return reachableOutside(
    privateNetworks.filter((network) => !nearbyNetworks.has(network)),
    allowed,
  );
}

function reachableOutside(networks: readonly string[], allowed: readonly string[]): IsReachable {
  const refused = listOf(networks);
  const own = listOf(allowed);
  return (address) => {
    const family = familyOf(address);
    if (!family) return false;
    return own.check(address, family) || !refused.check(address, family);
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    if (!family) throw new Error('A network needs an address');
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  return ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(address)] ?? null;
}
