/** All that the embedded services have to say. */
export interface EmbeddedLog {
  info(message: string): void;
  warn(message: string): void;
}
