/** Addresses of the three services, real or embedded: nothing past this knows which. */
export interface Services {
  readonly databaseUrl: string;
  readonly queue: { readonly kind: 'redis'; readonly url: string } | { readonly kind: 'postgres' };
  readonly mqttUrl: string;
}
