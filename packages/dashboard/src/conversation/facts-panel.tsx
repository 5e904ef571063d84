import type { LeadDetail, LeadFieldView } from '@wbm/contracts';
import { leadFieldNames } from '@wbm/domain';
import { AtSign, MapPin, Phone, Quote, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Chip } from '../parts/chip.tsx';
import { StatusChip } from '../sales/lead-words.tsx';
import { formatFull } from '../time/format.ts';

const icons = { name: UserRound, email: AtSign, location: MapPin, phone: Phone } as const;

/** What is known about the lead, each fact with the words it came from. */
export function FactsPanel({
  lead,
  onEvidence,
}: {
  readonly lead: LeadDetail;
  readonly onEvidence: (messageId: number) => void;
}) {
  const { t, i18n } = useTranslation();
  return (
    <div className="flex flex-col gap-5">
      <section>
        <h2 className="mb-2 font-medium text-muted text-xs">{t('facts.title')}</h2>
        <ul className="flex flex-col gap-3">
          {leadFieldNames.map((name) => (
            <Fact
              key={name}
              name={name}
              value={lead[name]}
              // Newest first: the first of a name is the one that counts.
              field={lead.fields.find((field) => field.name === name)}
              onEvidence={onEvidence}
            />
          ))}
        </ul>
      </section>
      <section>
        <h2 className="mb-2 font-medium text-muted text-xs">{t('facts.story')}</h2>
        <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-sm">
          <Row label={t('facts.stage')}>
            <StatusChip status={lead.status} />
          </Row>
          <Row label={t('facts.number')}>{lead.whatsappNumber ?? t('facts.hidden')}</Row>
          <Row label={t('facts.bot')}>{lead.botName}</Row>
          <Row label={t('facts.captured')}>{formatFull(lead.capturedAt, i18n.language)}</Row>
          {lead.qualifiedAt === null ? null : (
            <Row label={t('facts.qualified')}>{formatFull(lead.qualifiedAt, i18n.language)}</Row>
          )}
          {lead.assignedTo === null ? null : <Row label={t('facts.with')}>{lead.assignedTo}</Row>}
        </dl>
      </section>
    </div>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 truncate text-end">{children}</dd>
    </>
  );
}

function Fact({
  name,
  value,
  field,
  onEvidence,
}: {
  readonly name: LeadFieldView['name'];
  readonly value: string | null;
  readonly field: LeadFieldView | undefined;
  readonly onEvidence: (messageId: number) => void;
}) {
  const { t } = useTranslation();
  const Icon = icons[name];
  const messageId = field?.messageId ?? null;
  return (
    <li className="flex gap-3">
      <Icon
        aria-hidden
        className={value === null ? 'mt-0.5 size-4 shrink-0 text-faint' : 'mt-0.5 size-4 shrink-0 text-accent-ink'}
      />
      <div className="min-w-0 flex-1">
        <p className="flex items-center justify-between gap-2 text-muted text-xs">
          {t(`field.${name}`)}
          {field && value !== null ? <Chip>{t(`field.source.${field.source}`)}</Chip> : null}
        </p>
        <p className={value === null ? 'text-muted text-sm' : 'break-words font-medium text-sm'}>
          {value ?? t('facts.notYet')}
        </p>
        {value !== null && field?.quote && messageId !== null ? (
          <button
            type="button"
            onClick={() => onEvidence(messageId)}
            className="mt-1 flex w-full items-start gap-1.5 rounded-md bg-sunken px-2 py-1 text-start text-muted text-xs transition-colors hover:bg-hover hover:text-ink"
          >
            <Quote aria-hidden className="mt-0.5 size-3 shrink-0" />
            <span className="sr-only">{t('facts.evidence')}</span>
            <span className="line-clamp-2">{field.quote}</span>
          </button>
        ) : null}
      </div>
    </li>
  );
}
