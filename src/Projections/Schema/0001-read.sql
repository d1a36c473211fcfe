-- The read models. Everything here but `states` is folded from events and can be thrown away and folded again.
create schema read;

-- The 32 states under the product's codes (not ISO, not CURP); a test holds them to the ones in the domain.
create table read.states (
    state_code text collate "C" primary key,
    state_name text not null
);
insert into read.states values
    ('AGS', 'Aguascalientes'),
    ('BC', 'Baja California'),
    ('BCS', 'Baja California Sur'),
    ('CAMP', 'Campeche'),
    ('COAH', 'Coahuila'),
    ('COL', 'Colima'),
    ('CHIS', 'Chiapas'),
    ('CHIH', 'Chihuahua'),
    ('CDMX', 'Ciudad de México'),
    ('DGO', 'Durango'),
    ('GTO', 'Guanajuato'),
    ('GRO', 'Guerrero'),
    ('HGO', 'Hidalgo'),
    ('JAL', 'Jalisco'),
    ('MEX', 'Estado de México'),
    ('MICH', 'Michoacán'),
    ('MOR', 'Morelos'),
    ('NAY', 'Nayarit'),
    ('NL', 'Nuevo León'),
    ('OAX', 'Oaxaca'),
    ('PUE', 'Puebla'),
    ('QRO', 'Querétaro'),
    ('QROO', 'Quintana Roo'),
    ('SLP', 'San Luis Potosí'),
    ('SIN', 'Sinaloa'),
    ('SON', 'Sonora'),
    ('TAB', 'Tabasco'),
    ('TAMPS', 'Tamaulipas'),
    ('TLAX', 'Tlaxcala'),
    ('VER', 'Veracruz'),
    ('YUC', 'Yucatán'),
    ('ZAC', 'Zacatecas');

-- How place names are compared: without accents, case or surplus space. 'Mérida ' and 'MERIDA' are one place.
create function read.place_key(name text) returns text
    language sql immutable parallel safe
    return upper(translate(trim(regexp_replace(name, '\s+', ' ', 'g')),
        'áàâäãéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ',
        'aaaaaeeeeiiiiooooouuuuncAAAAAEEEEIIIIOOOOOUUUUNC') collate "C");

-- What is searched and seldom changes. Apart from the states below, because a status update under a text index costs double.
create table read.contact_profiles (
    id             uuid primary key,
    phone_original text,
    full_name      text,
    address        text,
    neighborhood   text,
    municipality   text,
    city           text,
    lada_inferred  boolean not null default false,
    import_id      uuid,
    source_row     bigint,
    migrated_at    timestamptz
);

-- What decides about a contact. The facts are columns; the status is derived from them, by the precedence of ContactStatus.
create table read.contact_states (
    id               uuid primary key,
    phone            bigint, -- E.164 without the plus: a bigint index builds six times faster than a text one
    lada             text collate "C" not null default '', -- place keys are '' where nothing is known, so that they can be keys
    state_code       text collate "C" not null default '',
    municipality_key text collate "C" not null default '',
    city_key         text collate "C" not null default '',
    carrier          text,
    verified_at      timestamptz,
    not_mobile_at    timestamptz,
    invalidated_at   timestamptz,
    extracted_at     timestamptz,
    extraction_id    uuid,
    opted_out_at     timestamptz,
    opt_out_method   text,
    opt_out_user_id  text,
    version          bigint not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    line_type        text collate "C" not null generated always as (
        case when not_mobile_at is not null then 'FIXED' when verified_at is not null then 'MOBILE' else 'UNKNOWN' end) stored,
    status           text collate "C" not null generated always as (
        case when opted_out_at is not null then 'OPTED_OUT'
             when invalidated_at is not null then 'INVALID'
             when not_mobile_at is not null then 'NOT_MOBILE'
             when extracted_at is not null then 'EXTRACTED'
             when verified_at is not null then 'VERIFIED'
             else 'UNVERIFIED' end) stored
) with (fillfactor = 85);
create unique index contact_states_phone on read.contact_states (phone);

-- An extraction walks one of these from a random id onward: ids are keyed hashes, so a stretch of them is a random choice.
create index contact_states_available_by_lada on read.contact_states (lada, id) where status = 'VERIFIED';
create index contact_states_available_by_state on read.contact_states (state_code, id) where status = 'VERIFIED';
create index contact_states_available_by_city on read.contact_states (state_code, city_key, id) where status = 'VERIFIED';
create index contact_states_available_by_municipality on read.contact_states (state_code, municipality_key, id) where status = 'VERIFIED';

-- How many contacts share place, line type and status. Every count and every availability is a sum over a few of these rows.
create table read.segment_counts (
    state_code       text collate "C" not null,
    municipality_key text collate "C" not null,
    city_key         text collate "C" not null,
    lada             text collate "C" not null,
    status           text collate "C" not null,
    line_type        text collate "C" not null,
    contacts         bigint not null,
    primary key (state_code, municipality_key, city_key, lada, status, line_type)
) with (fillfactor = 70);
create index segment_counts_empty on read.segment_counts (contacts) where contacts = 0;

-- One row a contact, under the customer's column names.
create view read.contacts as
select s.id,
       '+' || s.phone as phone_e164,
       case when s.phone between 520000000000 and 529999999999 then lpad((s.phone - 520000000000)::text, 10, '0') end as phone_national,
       p.phone_original, p.full_name, p.address, p.neighborhood, p.municipality,
       nullif(s.state_code, '') as state_code, st.state_name, nullif(s.lada, '') as lada, p.city,
       s.invalidated_at is null as is_valid,
       case s.line_type when 'MOBILE' then true when 'FIXED' then false end as is_mobile,
       s.carrier, s.status, s.opted_out_at as opt_out_at, s.opt_out_method, s.opt_out_user_id,
       s.extracted_at, s.extraction_id, p.migrated_at, s.created_at, s.updated_at, s.version
  from read.contact_states s
  left join read.contact_profiles p using (id)
  left join read.states st using (state_code);

create table read.imports (
    id           uuid primary key,
    file_name    text not null,
    file_sha256  text not null,
    rows         bigint not null,
    plan_version text,
    status       text not null, -- RUNNING, INTERRUPTED, COMPLETED
    reason       text,
    tally        jsonb,
    started_by   text,
    started_at   timestamptz not null,
    ended_at     timestamptz
);

create table read.extractions (
    id           uuid primary key,
    selection    jsonb not null,
    amount       integer not null,
    format       text not null,
    status       text not null, -- REQUESTED, CLAIMED, DELIVERING, DELIVERED, FAILED
    reason       text,
    obtained     integer not null default 0,
    file_name    text,
    file_bytes   bigint,
    file_sha256  text,
    requested_by text not null,
    requested_at timestamptz not null,
    ended_at     timestamptz
);

-- Imports and extractions are a handful among millions of contact events: their projections must not scan the bulk.
create index mt_events_of_work on events.mt_events (seq_id) where type in (
    'import_started', 'import_resumed', 'import_interrupted', 'import_completed',
    'extraction_requested', 'extraction_claimed', 'extraction_delivery_started', 'extraction_delivered', 'extraction_failed');
