import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Immutable, hashed input. */
@Entity('job_files')
export class JobFile {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'job_files_pk' })
  id: string;

  /** As the member named it; never used as a path. */
  @Column('text')
  name: string;

  @Column('bigint')
  size: string;

  /** SHA-256, hexadecimal. */
  @Column('text')
  sha256: string;

  @Column('text', { nullable: true })
  format: string | null;

  @Column('bytea', { nullable: true, select: false })
  thumbnail: Buffer | null;

  @Column('text', { nullable: true })
  thumbnailType: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}
