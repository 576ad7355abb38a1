import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Flag, WholeNumber, type ChatPlatform } from '../../platform/index.js';

@Entity('group_chats')
export class GroupChatEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 16 })
  platform!: ChatPlatform;

  @Column({ type: 'varchar', length: 12 })
  township!: string;

  @Column({ type: 'varchar', length: 10 })
  population!: string;

  @Column({ type: 'int' })
  headCount!: number;

  /** When somebody last counted. */
  @WholeNumber()
  headCountAt!: number;

  /** The username of who posts in a group without an API. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  owner!: string | null;

  /** Sealed. */
  @Column({ type: 'text', nullable: true })
  robotWebhook!: string | null;

  /** Sealed. */
  @Column({ type: 'text', nullable: true })
  robotSecret!: string | null;

  @Flag()
  synthetic!: boolean;

  @WholeNumber()
  createdAt!: number;

  @WholeNumber()
  updatedAt!: number;
}
