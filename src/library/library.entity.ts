import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Json, NumberedKey, OptionalWholeNumber, WholeNumber } from '../platform/index.js';
import type { FraudTypeFacts, TrickFacts } from './taxonomy.js';

@Entity('fraud_types')
export class FraudTypeEntity {
  @PrimaryColumn({ type: 'varchar', length: 40 })
  code!: string;
  @Column({ type: 'int' })
  no!: number;
  @Column({ type: 'varchar', length: 64 })
  nameZh!: string;
  @Column({ type: 'varchar', length: 128 })
  nameEn!: string;
  @Json()
  facts!: FraudTypeFacts;
  /** `shipped` with the product, or `own`: from the bureau's list. */
  @Column({ type: 'varchar', length: 10, default: 'shipped' })
  source!: string;
}

@Entity('tricks')
export class TrickEntity {
  @PrimaryColumn({ type: 'varchar', length: 40 })
  code!: string;
  @Column({ type: 'int' })
  no!: number;
  @Column({ type: 'varchar', length: 40 })
  type!: string;
  @Column({ type: 'varchar', length: 64 })
  nameZh!: string;
  @Column({ type: 'varchar', length: 128 })
  nameEn!: string;
  @Json()
  facts!: TrickFacts;
  @OptionalWholeNumber()
  retiredAt!: number | null;
  @Column({ type: 'varchar', length: 10, default: 'shipped' })
  source!: string;
}

/** The list of types and tricks as it was from an instant on: reasons of that time are recomputed by it. */
@Entity('taxonomy_versions')
export class TaxonomyVersionEntity {
  @PrimaryColumn({ type: 'int' })
  version!: number;
  @Column({ type: 'varchar', length: 10 })
  source!: string;
  @Column({ type: 'text' })
  list!: string;
  @Column({ type: 'varchar', length: 64 })
  digest!: string;
  @Column({ type: 'varchar', length: 26, nullable: true })
  createdBy!: string | null;
  @WholeNumber()
  createdAt!: number;
}

/** A saved matrix; it never changes. */
@Entity('weight_versions')
export class WeightVersionEntity {
  @PrimaryColumn({ type: 'int' })
  version!: number;
  @Column({ type: 'varchar', length: 10 })
  source!: string;
  @Column({ type: 'text' })
  matrix!: string;
  @Column({ type: 'varchar', length: 64 })
  digest!: string;
  @Column({ type: 'text', nullable: true })
  remark!: string | null;
  @Column({ type: 'varchar', length: 26, nullable: true })
  createdBy!: string | null;
  @WholeNumber()
  createdAt!: number;
}

/** The one sentence of a language that goes with a Chinese text. */
@Entity('language_sentences')
export class LanguageSentenceEntity {
  @NumberedKey()
  id!: number;
  @Column({ type: 'varchar', length: 8 })
  language!: string;
  @Column({ type: 'int' })
  version!: number;
  @Column({ type: 'varchar', length: 10 })
  status!: string;
  @Column({ type: 'text' })
  text!: string;
  @Column({ type: 'varchar', length: 64, nullable: true })
  translationReviewedBy!: string | null;
  @Column({ type: 'varchar', length: 26, nullable: true })
  createdBy!: string | null;
  @WholeNumber()
  createdAt!: number;
  @Column({ type: 'varchar', length: 26, nullable: true })
  reviewedBy!: string | null;
  @OptionalWholeNumber()
  reviewedAt!: number | null;
  @OptionalWholeNumber()
  retiredAt!: number | null;
}

@Entity('scripts')
export class ScriptEntity {
  @PrimaryColumn({ type: 'varchar', length: 26 })
  id!: string;
  @Column({ type: 'varchar', length: 40 })
  trick!: string;
  @Column({ type: 'varchar', length: 8 })
  channel!: string;
  @Column({ type: 'varchar', length: 40, nullable: true })
  audience!: string | null;
  @Column({ type: 'varchar', length: 8 })
  language!: string;
  @Column({ type: 'int' })
  variant!: number;
  /** `shipped` with the product, or `own`. */
  @Column({ type: 'varchar', length: 10 })
  origin!: string;
  @Column({ type: 'varchar', length: 26, nullable: true })
  createdBy!: string | null;
  @WholeNumber()
  createdAt!: number;
}

@Entity('script_versions')
export class ScriptVersionEntity {
  @NumberedKey()
  id!: number;
  @Column({ type: 'varchar', length: 26 })
  scriptId!: string;
  @Column({ type: 'int' })
  version!: number;
  @Column({ type: 'varchar', length: 10 })
  status!: string;
  @Column({ type: 'text', nullable: true })
  title!: string | null;
  @Column({ type: 'text' })
  body!: string;
  @Json()
  variables!: string[];
  @Column({ type: 'varchar', length: 64 })
  digest!: string;
  @Column({ type: 'varchar', length: 26, nullable: true })
  createdBy!: string | null;
  @WholeNumber()
  createdAt!: number;
  @Column({ type: 'varchar', length: 26, nullable: true })
  reviewedBy!: string | null;
  @OptionalWholeNumber()
  reviewedAt!: number | null;
  @Column({ type: 'text', nullable: true })
  remark!: string | null;
  @OptionalWholeNumber()
  retiredAt!: number | null;
  /** Who has read the translation against the Chinese; null for Chinese texts, and where nobody has. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  translationReviewedBy!: string | null;
  @OptionalWholeNumber()
  translationReviewedAt!: number | null;
}

export const libraryEntities = [
  FraudTypeEntity,
  TrickEntity,
  TaxonomyVersionEntity,
  WeightVersionEntity,
  LanguageSentenceEntity,
  ScriptEntity,
  ScriptVersionEntity,
];
