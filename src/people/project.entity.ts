import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Member } from './member.entity.js';

/** What time and material are counted on: a company or a product of the incubator. */
@Entity('projects')
export class Project {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'projects_pk' })
  id: string;

  @Column('uuid')
  labId: string;

  // By name, since people know of no machines and so of no labs.
  @ManyToOne('labs', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'lab_id', foreignKeyConstraintName: 'projects_lab_fk' })
  lab: unknown;

  @Column('text')
  name: string;

  /** Since when nothing more is counted on it. */
  @Column('timestamptz', { nullable: true })
  archivedAt: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt: Date;
}

@Entity('project_members')
@Index('project_members_member', ['memberId'])
export class ProjectMember {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'project_members_pk' })
  projectId: string;

  @ManyToOne(() => Project, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'project_members_project_fk' })
  project: Project;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'project_members_pk' })
  memberId: string;

  @ManyToOne(() => Member, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'member_id', foreignKeyConstraintName: 'project_members_member_fk' })
  member: Member;
}
